package io.hmsops.query.eval;

import io.hmsops.query.function.Quantile;
import java.util.Arrays;

/*
 * The numbers of the window are kept in order: a sample that comes is inserted, one that leaves is taken out, each found
 * by halving. A window that has little in common with the one before is sorted anew.
 */
/** {@code quantile_over_time} over series of floats. */
final class QuantileColumns implements FloatKernel {
  private final WindowCall call;
  private final WindowMeter meter;

  /** The window's numbers but NaNs, ascending, −0 before 0. */
  private double[] sorted = new double[0];

  private int numbers;
  private int nans;

  QuantileColumns(WindowCall call) {
    this.call = call;
    this.meter = new WindowMeter(call.context().budget());
  }

  @Override
  public void apply(Window series, WindowTable table, Column out) {
    double[] samples = series.samples().values();
    double[] quantiles = call.parameters()[0];
    if (sorted.length < series.samples().count()) {
      sorted = new double[2 * series.samples().count()];
    }
    numbers = 0;
    nans = 0;
    int from = 0;
    int to = 0;
    for (int step = 0; step < table.steps(); step++) {
      if (table.isEmpty(step)) {
        continue;
      }
      move(samples, from, to, table.from()[step], table.to()[step]);
      from = table.from()[step];
      to = table.to()[step];
      double q = quantiles[step];
      if (!(q >= 0 && q <= 1)) {
        call.annotations().warn(Texts.invalidQuantile(q), call.invoke().arguments().get(0).span());
      }
      out.values()[step] = Quantile.ofSorted(q, sorted, numbers, nans);
    }
    out.setFloats(table.present());
  }

  private void move(double[] samples, int from, int to, int newFrom, int newTo) {
    int changes = newFrom - from + newTo - to;
    meter.look(Math.min(changes, newTo - newFrom));
    if (newFrom >= to || changes > (newTo - newFrom) / 2) {
      sort(samples, newFrom, newTo);
      return;
    }
    for (int i = from; i < newFrom; i++) {
      remove(samples[i]);
    }
    for (int i = to; i < newTo; i++) {
      insert(samples[i]);
    }
  }

  private void sort(double[] samples, int from, int to) {
    numbers = 0;
    for (int i = from; i < to; i++) {
      if (!Double.isNaN(samples[i])) {
        sorted[numbers++] = samples[i];
      }
    }
    nans = to - from - numbers;
    Arrays.sort(sorted, 0, numbers);
  }

  private void insert(double value) {
    if (Double.isNaN(value)) {
      nans++;
      return;
    }
    int found = Arrays.binarySearch(sorted, 0, numbers, value);
    int place = found < 0 ? -found - 1 : found;
    System.arraycopy(sorted, place, sorted, place + 1, numbers - place);
    sorted[place] = value;
    numbers++;
  }

  private void remove(double value) {
    if (Double.isNaN(value)) {
      nans--;
      return;
    }
    int place = Arrays.binarySearch(sorted, 0, numbers, value);
    numbers--;
    System.arraycopy(sorted, place + 1, sorted, place, numbers - place);
  }
}

package io.hmsops.query.eval;

import io.hmsops.query.function.KahanSum;
import io.hmsops.query.function.Mean;

/*
 * Whole numbers whose magnitudes add up to less than 2^53 are added without rounding in any order:
 * then a window's sum is the difference of two running sums. Other numbers are added window by
 * window, as the definition says; running sums would round otherwise.
 */
/** {@code sum_over_time} and {@code avg_over_time} over series of floats. */
final class SumColumns implements FloatKernel {
  /** Whole numbers up to here are exact. */
  private static final double EXACT = 0x1p53;

  private final boolean average;
  private final WindowMeter meter;
  private double[] running = new double[0];

  SumColumns(WindowCall call, boolean average) {
    this.average = average;
    this.meter = new WindowMeter(call.context().budget());
  }

  @Override
  public void apply(Window series, WindowTable table, Column out) {
    double[] samples = series.samples().values();
    if (table.steps() > 1 && addUp(samples, series.samples().count())) {
      differences(table, out.values());
    } else {
      sums(samples, table, out.values());
    }
    out.setFloats(table.present());
  }

  /** Fills in the running sums, unless one of them might be rounded. */
  private boolean addUp(double[] samples, int count) {
    if (running.length <= count) {
      running = new double[2 * count + 1];
    }
    double sum = 0;
    double magnitude = 0;
    running[0] = 0;
    for (int i = 0; i < count; i++) {
      double value = samples[i];
      magnitude += Math.abs(value);
      if (value != Math.rint(value) || !(magnitude < EXACT)) {
        return false;
      }
      sum += value;
      running[i + 1] = sum;
    }
    return true;
  }

  private void differences(WindowTable table, double[] out) {
    int[] from = table.from();
    int[] to = table.to();
    for (int step = 0; step < out.length; step++) {
      double sum = running[to[step]] - running[from[step]];
      out[step] = average ? sum / (to[step] - from[step]) : sum;
    }
  }

  private void sums(double[] samples, WindowTable table, double[] out) {
    for (int step = 0; step < out.length; step++) {
      if (table.isEmpty(step)) {
        continue;
      }
      int from = table.from()[step];
      int to = table.to()[step];
      meter.look(to - from);
      out[step] = average ? mean(samples, from, to) : sum(samples, from, to);
    }
  }

  private static double sum(double[] samples, int from, int to) {
    KahanSum sum = new KahanSum();
    for (int i = from; i < to; i++) {
      sum.add(samples[i]);
    }
    return sum.value();
  }

  private static double mean(double[] samples, int from, int to) {
    Mean mean = new Mean();
    for (int i = from; i < to; i++) {
      mean.add(samples[i]);
    }
    return mean.value();
  }
}

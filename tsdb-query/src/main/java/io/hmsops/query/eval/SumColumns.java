package io.hmsops.query.eval;

import io.hmsops.query.function.KahanSum;
import io.hmsops.query.function.Mean;

/*
 * Whole numbers whose magnitudes add up to less than 2^53 are added without rounding in any order:
 * then a window's sum is the difference of two running sums. Other numbers are added window by
 * window, as the definition says; running sums would round otherwise. An addition has to wait for
 * the one before it, so four windows are added up side by side; what an addition loses is found
 * without a branch then (see KahanColumn).
 */
/** {@code sum_over_time} and {@code avg_over_time} over series of floats. */
final class SumColumns implements FloatKernel {
  /** Whole numbers up to here are exact. */
  private static final double EXACT = 0x1p53;

  /** As many of these as a series has samples are far from overflowing. */
  private static final double MODERATE = 1e290;

  private static final int LANES = 4;

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
    int[] from = table.from();
    int[] to = table.to();
    boolean moderate = out.length >= LANES && areModerate(samples, to[out.length - 1]);
    int step = 0;
    for (; moderate && step + LANES <= out.length; step += LANES) {
      meter.look(LANES * (to[step + LANES - 1] - from[step + LANES - 1]));
      sumsOfFour(samples, from, to, step, out);
    }
    for (; step < out.length; step++) {
      if (!table.isEmpty(step)) {
        meter.look(to[step] - from[step]);
        out[step] =
            average ? mean(samples, from[step], to[step]) : sum(samples, from[step], to[step]);
      }
    }
  }

  private static boolean areModerate(double[] samples, int count) {
    for (int i = 0; i < count; i++) {
      if (!(Math.abs(samples[i]) < MODERATE)) {
        return false;
      }
    }
    return true;
  }

  private void sumsOfFour(double[] samples, int[] from, int[] to, int step, double[] out) {
    int a = from[step];
    int b = from[step + 1];
    int c = from[step + 2];
    int d = from[step + 3];
    int common =
        Math.min(
            Math.min(to[step] - a, to[step + 1] - b), Math.min(to[step + 2] - c, to[step + 3] - d));
    double sumA = 0;
    double sumB = 0;
    double sumC = 0;
    double sumD = 0;
    double lostA = 0;
    double lostB = 0;
    double lostC = 0;
    double lostD = 0;
    for (int i = 0; i < common; i++) {
      double totalA = sumA + samples[a + i];
      double totalB = sumB + samples[b + i];
      double totalC = sumC + samples[c + i];
      double totalD = sumD + samples[d + i];
      lostA += lost(sumA, samples[a + i], totalA);
      lostB += lost(sumB, samples[b + i], totalB);
      lostC += lost(sumC, samples[c + i], totalC);
      lostD += lost(sumD, samples[d + i], totalD);
      sumA = totalA;
      sumB = totalB;
      sumC = totalC;
      sumD = totalD;
    }
    out[step] = finish(samples, a, a + common, to[step], sumA, lostA);
    out[step + 1] = finish(samples, b, b + common, to[step + 1], sumB, lostB);
    out[step + 2] = finish(samples, c, c + common, to[step + 2], sumC, lostC);
    out[step + 3] = finish(samples, d, d + common, to[step + 3], sumD, lostD);
  }

  /** What an addition has lost to rounding. */
  private static double lost(double sum, double value, double total) {
    double added = total - sum;
    return (sum - (total - added)) + (value - added);
  }

  private double finish(double[] samples, int from, int done, int to, double sum, double lost) {
    for (int i = done; i < to; i++) {
      double total = sum + samples[i];
      lost += lost(sum, samples[i], total);
      sum = total;
    }
    int count = to - from;
    return average ? sum / count + lost / count : sum + lost;
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

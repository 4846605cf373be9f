package io.hmsops.tsdb.testing;

import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Random;

/** Makes native histograms for tests. */
public final class Histograms {
  private Histograms() {}

  /**
   * {@return a whole-number histogram of schema 1 with one run of positive buckets from index 0}
   *
   * @param hint its hint
   * @param populations the buckets' populations
   */
  public static Histogram of(CounterResetHint hint, double... populations) {
    double count = 0;
    for (double population : populations) {
      count += population;
    }
    return new Histogram(
        1,
        0.001,
        0,
        count,
        count * 1.5,
        new int[] {0, populations.length},
        populations,
        new int[0],
        new double[0],
        new double[0],
        hint,
        true);
  }

  /**
   * {@return a histogram of any layout: exponential or custom, whole or fractional, gauge or not}
   *
   * @param random where the choices come from
   */
  public static Histogram random(Random random) {
    boolean custom = random.nextInt(4) == 0;
    boolean whole = random.nextBoolean();
    int[] positiveSpans = custom ? new int[] {0, 3} : spans(random);
    double[] positive = populations(random, positiveSpans, whole);
    int[] negativeSpans = custom ? new int[0] : spans(random);
    double[] negative = populations(random, negativeSpans, whole);
    double zero = custom ? 0 : random.nextInt(5);
    double count = zero;
    for (double population : positive) {
      count += population;
    }
    for (double population : negative) {
      count += population;
    }
    return new Histogram(
        custom ? Histogram.CUSTOM_SCHEMA : random.nextInt(-4, 9),
        custom ? 0 : random.nextInt(3) * 0.5,
        zero,
        count,
        random.nextGaussian() * 1000,
        positiveSpans,
        positive,
        negativeSpans,
        negative,
        custom ? new double[] {-1.5, 0.25, 10 + random.nextInt(2)} : new double[0],
        random.nextInt(3) == 0 ? CounterResetHint.GAUGE : CounterResetHint.UNKNOWN,
        whole);
  }

  private static int[] spans(Random random) {
    int[] spans = new int[2 * random.nextInt(4)];
    for (int i = 0; i < spans.length; i += 2) {
      spans[i] = i == 0 ? random.nextInt(-50, 50) : random.nextInt(1, 20);
      spans[i + 1] = random.nextInt(1, 5);
    }
    return spans;
  }

  private static double[] populations(Random random, int[] spans, boolean whole) {
    int length = 0;
    for (int i = 1; i < spans.length; i += 2) {
      length += spans[i];
    }
    double[] populations = new double[length];
    for (int i = 0; i < length; i++) {
      populations[i] = whole ? random.nextInt(1000) : random.nextDouble() * 1000;
    }
    return populations;
  }
}

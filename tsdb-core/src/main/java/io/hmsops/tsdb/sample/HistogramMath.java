package io.hmsops.tsdb.sample;

import java.util.Arrays;

/** Arithmetic and comparison of native histograms. Results have no empty buckets. */
public final class HistogramMath {
  private HistogramMath() {}

  /**
   * {@return the histogram without empty buckets}
   *
   * @param histogram any histogram
   */
  public static Histogram compact(Histogram histogram) {
    for (double population : histogram.positiveBuckets()) {
      if (population == 0) {
        return new HistogramSum(histogram).result();
      }
    }
    for (double population : histogram.negativeBuckets()) {
      if (population == 0) {
        return new HistogramSum(histogram).result();
      }
    }
    return hasLooseSpans(histogram.positiveSpans()) || hasLooseSpans(histogram.negativeSpans())
        ? new HistogramSum(histogram).result()
        : histogram;
  }

  /**
   * {@return count, sum and schema of a histogram, without buckets and custom bounds}
   *
   * @param histogram any histogram
   */
  public static Histogram withoutBuckets(Histogram histogram) {
    return new Histogram(
        histogram.schema(),
        0,
        0,
        histogram.count(),
        histogram.sum(),
        new int[0],
        new double[0],
        new int[0],
        new double[0],
        new double[0],
        histogram.resetHint(),
        histogram.wholeNumbers());
  }

  /**
   * {@return a histogram of nothing with the resolution and bounds of another}
   *
   * @param histogram any histogram
   */
  public static Histogram nothingLike(Histogram histogram) {
    return new Histogram(
        histogram.schema(),
        0,
        0,
        0,
        0,
        new int[0],
        new double[0],
        new int[0],
        new double[0],
        histogram.customBounds(),
        CounterResetHint.UNKNOWN,
        false);
  }

  private static boolean hasLooseSpans(int[] spans) {
    for (int i = 0; i < spans.length; i += 2) {
      if (spans[i + 1] == 0 || (i > 0 && spans[i] == 0)) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@return whether two histograms are the same, bit for bit, empty buckets and hints aside}
   *
   * @param left a histogram
   * @param right another
   */
  public static boolean same(Histogram left, Histogram right) {
    Histogram a = compact(left);
    Histogram b = compact(right);
    return a.schema() == b.schema()
        && sameBits(a.count(), b.count())
        && sameBits(a.sum(), b.sum())
        && sameBits(a.zeroThreshold(), b.zeroThreshold())
        && sameBits(a.zeroCount(), b.zeroCount())
        && Arrays.equals(a.customBounds(), b.customBounds())
        && Arrays.equals(a.positiveSpans(), b.positiveSpans())
        && Arrays.equals(a.negativeSpans(), b.negativeSpans())
        && Arrays.equals(a.positiveBuckets(), b.positiveBuckets())
        && Arrays.equals(a.negativeBuckets(), b.negativeBuckets());
  }

  private static boolean sameBits(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  /**
   * {@return whether a counter was reset between two samples} Custom and exponential buckets, a
   * finer schema, a smaller zero bucket and any population that fell all mean a reset.
   *
   * @param current the later sample
   * @param previous the earlier sample
   */
  public static boolean isReset(Histogram current, Histogram previous) {
    return switch (current.resetHint()) {
      case RESET -> true;
      case NOT_RESET -> false;
      case UNKNOWN, GAUGE -> hasFallen(current, previous);
    };
  }

  private static boolean hasFallen(Histogram current, Histogram previous) {
    if (current.count() < previous.count() || current.isCustom() != previous.isCustom()) {
      return true;
    }
    HistogramSum now = new HistogramSum(current);
    HistogramSum before = new HistogramSum(previous);
    if (current.isCustom()) {
      if (!Arrays.equals(current.customBounds(), previous.customBounds())) {
        double[] common =
            HistogramSum.intersection(current.customBounds(), previous.customBounds());
        now.mapToBounds(common);
        before.mapToBounds(common);
      }
      return anyFell(now.positive(), before.positive());
    }
    if (current.schema() > previous.schema()
        || current.zeroThreshold() < previous.zeroThreshold()) {
      return true;
    }
    if (hasZeroBucketFallen(current, previous)) {
      return true;
    }
    // A wide bucket of which the zero bucket takes a part is compared as a whole, as upstream.
    before.coarsenTo(current.schema());
    before.leaveOutUpTo(current.zeroThreshold());
    now.leaveOutUpTo(current.zeroThreshold());
    return anyFell(now.positive(), before.positive()) || anyFell(now.negative(), before.negative());
  }

  private static boolean hasZeroBucketFallen(Histogram current, Histogram previous) {
    if (previous.zeroThreshold() == current.zeroThreshold()) {
      return current.zeroCount() < previous.zeroCount();
    }
    HistogramSum widened = new HistogramSum(previous);
    widened.widenZeroBucket(current.zeroThreshold());
    return widened.zeroThreshold() != current.zeroThreshold()
        || current.zeroCount() < widened.zeroPopulation();
  }

  private static boolean anyFell(BucketSide now, BucketSide before) {
    for (int i = 0; i < before.size(); i++) {
      if (now.size() == 0 || now.index(now.size() - 1) < before.index(i)) {
        // As upstream, which looks no further once there are no more buckets now.
        return before.value(i) != 0;
      }
      if (now.population(before.index(i)) < before.value(i)) {
        return true;
      }
    }
    return false;
  }
}

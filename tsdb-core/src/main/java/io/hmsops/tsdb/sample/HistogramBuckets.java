package io.hmsops.tsdb.sample;

/**
 * The buckets of a histogram laid out flat, ascending by their bounds: negative ones, the zero
 * bucket, positive ones. Empty buckets within spans are included. Immutable.
 *
 * <p>Differences of histograms have negative populations, and there are histograms of which a
 * bucket reaches into the zero bucket. Prometheus looks at those in two ways. For quantiles and
 * answers a bucket ends at the zero bucket, which counts only if its population is positive ({@link
 * #disjoint}). In texts everything stands as it is ({@link #asWritten}).
 */
public final class HistogramBuckets {
  private final boolean custom;
  private final double[] lower;
  private final double[] upper;
  private final double[] count;
  private final int zeroAt;
  private final int size;

  /**
   * {@return the buckets, each ending where the zero bucket begins, which is left out unless its
   * population is positive}
   *
   * @param histogram any histogram
   */
  public static HistogramBuckets disjoint(Histogram histogram) {
    HistogramBuckets buckets = new HistogramBuckets(histogram, histogram.zeroCount() > 0);
    buckets.cutAt(histogram.zeroThreshold());
    return buckets;
  }

  /**
   * {@return the buckets with their own bounds, the zero bucket left out if it is empty}
   *
   * @param histogram any histogram
   */
  public static HistogramBuckets asWritten(Histogram histogram) {
    return new HistogramBuckets(histogram, histogram.zeroCount() != 0);
  }

  private HistogramBuckets(Histogram histogram, boolean withZero) {
    int capacity = histogram.negativeBuckets().length + 1 + histogram.positiveBuckets().length;
    custom = histogram.isCustom();
    lower = new double[capacity];
    upper = new double[capacity];
    count = new double[capacity];
    int next = addNegative(histogram);
    if (withZero) {
      lower[next] = -histogram.zeroThreshold();
      upper[next] = histogram.zeroThreshold();
      count[next] = histogram.zeroCount();
      zeroAt = next++;
    } else {
      zeroAt = -1;
    }
    size = addPositive(histogram, next);
  }

  private void cutAt(double zeroThreshold) {
    for (int at = 0; at < size && !custom; at++) {
      if (at == zeroAt) {
        continue;
      }
      if (lower[at] > 0 && lower[at] < zeroThreshold) {
        lower[at] = zeroThreshold;
      } else if (upper[at] < 0 && upper[at] > -zeroThreshold) {
        upper[at] = -zeroThreshold;
      }
    }
  }

  private int addNegative(Histogram histogram) {
    int[] spans = histogram.negativeSpans();
    int at = histogram.negativeBuckets().length;
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < spans.length; span += 2) {
      index += spans[span];
      for (int i = 0; i < spans[span + 1]; i++, index++) {
        at--;
        lower[at] = -ExponentialBounds.upper(histogram.schema(), index);
        upper[at] = -ExponentialBounds.upper(histogram.schema(), index - 1);
        count[at] = histogram.negativeBuckets()[bucket++];
      }
    }
    return histogram.negativeBuckets().length;
  }

  private int addPositive(Histogram histogram, int start) {
    int[] spans = histogram.positiveSpans();
    int at = start;
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < spans.length; span += 2) {
      index += spans[span];
      for (int i = 0; i < spans[span + 1]; i++, index++) {
        upper[at] = upperBound(histogram, index);
        lower[at] = upperBound(histogram, index - 1);
        count[at] = histogram.positiveBuckets()[bucket++];
        at++;
      }
    }
    return at;
  }

  private static double upperBound(Histogram histogram, int index) {
    if (!histogram.isCustom()) {
      return ExponentialBounds.upper(histogram.schema(), index);
    }
    if (index < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double[] bounds = histogram.customBounds();
    return index < bounds.length ? bounds[index] : Double.POSITIVE_INFINITY;
  }

  /** {@return how many buckets there are} */
  public int size() {
    return size;
  }

  /** {@return whether the bounds are custom} */
  public boolean isCustom() {
    return custom;
  }

  /**
   * {@return the lower bound of a bucket}
   *
   * @param at the bucket, from 0
   */
  public double lower(int at) {
    return lower[at];
  }

  /**
   * {@return the upper bound of a bucket}
   *
   * @param at the bucket, from 0
   */
  public double upper(int at) {
    return upper[at];
  }

  /**
   * {@return the population of a bucket}
   *
   * @param at the bucket, from 0
   */
  public double count(int at) {
    return count[at];
  }

  /**
   * {@return whether this is the zero bucket}
   *
   * @param at the bucket, from 0
   */
  public boolean isZero(int at) {
    return at == zeroAt;
  }

  /**
   * {@return whether the lower bound belongs to the bucket}
   *
   * @param at the bucket, from 0
   */
  public boolean includesLower(int at) {
    return isZero(at) || (custom ? lower[at] == Double.NEGATIVE_INFINITY : lower[at] < 0);
  }

  /**
   * {@return whether the upper bound belongs to the bucket}
   *
   * @param at the bucket, from 0
   */
  public boolean includesUpper(int at) {
    return isZero(at) || custom || upper[at] > 0;
  }
}

package io.hmsops.tsdb.sample;

/**
 * The buckets of a histogram laid out flat, ascending by their bounds: negative ones, the zero
 * bucket if it is populated, positive ones. Empty buckets within spans are included. Immutable.
 */
public final class HistogramBuckets {
  private final boolean custom;
  private final double[] lower;
  private final double[] upper;
  private final double[] count;
  private final int zeroAt;
  private final int size;

  /**
   * Lays out the buckets of a histogram.
   *
   * @param histogram any histogram
   */
  public HistogramBuckets(Histogram histogram) {
    int capacity = histogram.negativeBuckets().length + 1 + histogram.positiveBuckets().length;
    custom = histogram.isCustom();
    lower = new double[capacity];
    upper = new double[capacity];
    count = new double[capacity];
    int next = addNegative(histogram);
    if (histogram.zeroCount() != 0) {
      lower[next] = -histogram.zeroThreshold();
      upper[next] = histogram.zeroThreshold();
      count[next] = histogram.zeroCount();
      zeroAt = next++;
    } else {
      zeroAt = -1;
    }
    size = addPositive(histogram, next);
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
    return isZero(at) || lower[at] < 0;
  }

  /**
   * {@return whether the upper bound belongs to the bucket}
   *
   * @param at the bucket, from 0
   */
  public boolean includesUpper(int at) {
    return isZero(at) || upper[at] > 0;
  }
}

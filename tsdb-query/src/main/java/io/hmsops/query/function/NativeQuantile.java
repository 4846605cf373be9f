package io.hmsops.query.function;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramBuckets;

/**
 * Quantiles and fractions of native histograms, exponential between the bounds of exponential
 * buckets, linear in others.
 *
 * <p>Behaves as {@code HistogramQuantile} and {@code HistogramFraction} of Prometheus.
 */
public final class NativeQuantile {
  /** What observations of NaN do to an answer. */
  public enum NanEffect {
    /** There are none. */
    NONE,
    /** The answer is NaN. */
    RESULT_IS_NAN,
    /** The answer is higher than without them. */
    SKEWED_HIGHER,
    /** They are in no fraction. */
    EXCLUDED
  }

  /**
   * An answer.
   *
   * @param value the quantile or fraction
   * @param nanEffect what observations of NaN did to it
   */
  public record Answer(double value, NanEffect nanEffect) {}

  private final Histogram histogram;
  private final HistogramBuckets buckets;

  /**
   * Prepares a histogram.
   *
   * @param histogram any histogram
   */
  public NativeQuantile(Histogram histogram) {
    this.histogram = histogram;
    this.buckets = new HistogramBuckets(histogram);
  }

  private static Answer plain(double value) {
    return new Answer(value, NanEffect.NONE);
  }

  /**
   * {@return the φ-quantile}
   *
   * @param q φ
   */
  public Answer quantile(double q) {
    if (q < 0) {
      return plain(Double.NEGATIVE_INFINITY);
    }
    if (q > 1) {
      return plain(Double.POSITIVE_INFINITY);
    }
    if (histogram.count() == 0 || Double.isNaN(q)) {
      return plain(Double.NaN);
    }
    // With NaN observations the total is higher than the buckets hold, so only from below is exact.
    boolean upward = Double.isNaN(histogram.sum()) || q < 0.5;
    double rank = upward ? q * histogram.count() : (1 - q) * histogram.count();
    int at = upward ? -1 : buckets.size();
    int last = at;
    double seen = 0;
    while (seen < rank || last < 0 || last >= buckets.size()) {
      at += upward ? 1 : -1;
      if (at < 0 || at >= buckets.size()) {
        break;
      }
      if (buckets.count(at) != 0) {
        last = at;
        seen += buckets.count(at);
      }
    }
    if (last < 0 || last >= buckets.size()) {
      return plain(Double.NaN);
    }
    return interpolate(last, Math.min(seen, histogram.count()), rank, upward);
  }

  private Answer interpolate(int at, double seen, double rank, boolean upward) {
    double lower = lower(at);
    double upper = upper(at);
    boolean nan = Double.isNaN(histogram.sum());
    if (seen < rank) {
      return nan ? new Answer(Double.NaN, NanEffect.RESULT_IS_NAN) : plain(upper);
    }
    NanEffect effect =
        nan && populated() < histogram.count() ? NanEffect.SKEWED_HIGHER : NanEffect.NONE;
    if (buckets.isCustom()) {
      if (lower == Double.NEGATIVE_INFINITY) {
        if (upper <= 0) {
          return new Answer(upper, effect);
        }
        lower = 0;
      } else if (upper == Double.POSITIVE_INFINITY) {
        return new Answer(lower, effect);
      }
    }
    double inside = upward ? rank - (seen - buckets.count(at)) : seen - rank;
    double fraction = inside / buckets.count(at);
    return new Answer(between(lower, upper, fraction), effect);
  }

  private double between(double lower, double upper, double fraction) {
    if (buckets.isCustom() || (lower <= 0 && upper >= 0)) {
      return lower + (upper - lower) * fraction;
    }
    double logLower = FloatMath.log2(Math.abs(lower));
    double logUpper = FloatMath.log2(Math.abs(upper));
    return lower > 0
        ? Math.pow(2, logLower + (logUpper - logLower) * fraction)
        : -Math.pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
  }

  /** The zero bucket ends at zero on the side where there are no buckets. */
  private double lower(int at) {
    boolean cut =
        isAroundZero(at)
            && histogram.negativeBuckets().length == 0
            && histogram.positiveBuckets().length > 0;
    return cut ? 0 : buckets.lower(at);
  }

  private double upper(int at) {
    boolean cut =
        isAroundZero(at)
            && histogram.positiveBuckets().length == 0
            && histogram.negativeBuckets().length > 0;
    return cut ? 0 : buckets.upper(at);
  }

  private boolean isAroundZero(int at) {
    return !buckets.isCustom() && buckets.lower(at) <= 0 && buckets.upper(at) >= 0;
  }

  private double populated() {
    double sum = 0;
    for (int i = 0; i < buckets.size(); i++) {
      sum += buckets.count(i);
    }
    return sum;
  }

  /**
   * {@return the share of observations between two values}
   *
   * @param lower the lower value
   * @param upper the upper value
   */
  public Answer fraction(double lower, double upper) {
    if (histogram.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return plain(Double.NaN);
    }
    double total = histogram.count();
    NanEffect effect = NanEffect.NONE;
    if (Double.isNaN(histogram.sum())) {
      total = populated();
      effect = total < histogram.count() ? NanEffect.EXCLUDED : NanEffect.NONE;
    }
    if (lower >= upper) {
      return new Answer(0, NanEffect.NONE);
    }
    double below = Math.min(rank(lower, total), total);
    double upTo = Math.min(rank(upper, total), total);
    return new Answer((upTo - below) / histogram.count(), effect);
  }

  /** How many observations are below a value. */
  private double rank(double value, double total) {
    double below = 0;
    for (int i = 0; i < buckets.size(); i++) {
      double start = lower(i);
      double end = upper(i);
      if (buckets.isCustom() && start == Double.NEGATIVE_INFINITY && end >= 0) {
        start = 0;
      }
      if (start >= value) {
        return below;
      }
      if (end > value) {
        return below + buckets.count(i) * share(i, start, end, value);
      }
      below += buckets.count(i);
    }
    return total;
  }

  private double share(int at, double start, double end, double value) {
    if (buckets.isCustom() || isAroundZero(at)) {
      if (start == Double.NEGATIVE_INFINITY) {
        return 1;
      }
      return end == Double.POSITIVE_INFINITY ? 0 : (value - start) / (end - start);
    }
    double logStart = FloatMath.log2(Math.abs(start));
    double logEnd = FloatMath.log2(Math.abs(end));
    double logValue = FloatMath.log2(Math.abs(value));
    return value > 0
        ? (logValue - logStart) / (logEnd - logStart)
        : 1 - (logValue - logEnd) / (logStart - logEnd);
  }
}

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
    this.buckets = HistogramBuckets.disjoint(histogram);
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
    int step = upward ? 1 : -1;
    int at = upward ? -1 : buckets.size();
    double seen = 0;
    boolean reached = false;
    while (!reached && at + step >= 0 && at + step < buckets.size()) {
      at += step;
      double population = buckets.count(at);
      seen += population;
      reached = population != 0 && seen >= rank;
    }
    if (buckets.size() == 0) {
      return Double.isNaN(histogram.sum()) && rank > 0
          ? new Answer(Double.NaN, NanEffect.RESULT_IS_NAN)
          : plain(rank > 0 ? 0 : Double.NaN);
    }
    return interpolate(at, seen, rank, upward);
  }

  private Answer interpolate(int at, double seenUncapped, double rank, boolean upward) {
    double lower = quantileLower(at);
    double upper = quantileUpper(at);
    if (buckets.isCustom()) {
      if (lower == Double.NEGATIVE_INFINITY) {
        if (upper <= 0) {
          return plain(upper);
        }
        lower = 0;
      } else if (upper == Double.POSITIVE_INFINITY) {
        return plain(lower);
      }
    }
    // Rounding may have made it higher.
    double seen = Math.min(seenUncapped, histogram.count());
    boolean nan = Double.isNaN(histogram.sum());
    if (seen < rank) {
      return nan ? new Answer(Double.NaN, NanEffect.RESULT_IS_NAN) : plain(upper);
    }
    double inside = upward ? rank - (seen - buckets.count(at)) : seen - rank;
    if (!nan) {
      return plain(between(lower, upper, inside / buckets.count(at)));
    }
    // Upstream goes on to the last bucket to see whether observations are missing, and stays there.
    int last = buckets.size() - 1;
    double all = seen;
    for (int i = at + 1; i <= last; i++) {
      all += buckets.count(i);
    }
    NanEffect effect = all < histogram.count() ? NanEffect.SKEWED_HIGHER : NanEffect.NONE;
    if (last > at) {
      lower = buckets.lower(last);
      upper = buckets.upper(last);
    }
    return new Answer(between(lower, upper, inside / buckets.count(last)), effect);
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
  private double quantileLower(int at) {
    boolean around = !buckets.isCustom() && buckets.lower(at) < 0 && buckets.upper(at) > 0;
    return around && onlyPositive() ? 0 : buckets.lower(at);
  }

  private double quantileUpper(int at) {
    boolean around = !buckets.isCustom() && buckets.lower(at) < 0 && buckets.upper(at) > 0;
    return around && onlyNegative() ? 0 : buckets.upper(at);
  }

  private boolean onlyPositive() {
    return histogram.negativeBuckets().length == 0 && histogram.positiveBuckets().length > 0;
  }

  private boolean onlyNegative() {
    return histogram.positiveBuckets().length == 0 && histogram.negativeBuckets().length > 0;
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
      boolean aroundZero = buckets.lower(i) <= 0 && buckets.upper(i) >= 0;
      double start = aroundZero && onlyPositive() ? 0 : buckets.lower(i);
      double end = aroundZero && onlyNegative() ? 0 : buckets.upper(i);
      if (start >= value) {
        return below;
      }
      if (end > value) {
        return start == Double.NEGATIVE_INFINITY
            ? buckets.count(i)
            : below + buckets.count(i) * share(start, end, value, buckets.isCustom() || aroundZero);
      }
      below += buckets.count(i);
    }
    return total;
  }

  /** Which part of a bucket is below a value inside it. */
  private static double share(double start, double end, double value, boolean linear) {
    if (linear) {
      return (value - start) / (end - start);
    }
    double logStart = FloatMath.log2(Math.abs(start));
    double logEnd = FloatMath.log2(Math.abs(end));
    double logValue = FloatMath.log2(Math.abs(value));
    return value > 0
        ? (logValue - logStart) / (logEnd - logStart)
        : 1 - (logValue - logEnd) / (logStart - logEnd);
  }
}

package io.hmsops.tsdb.sample;

/**
 * Keeps the observations on one side of a bound, the operators {@code </} and {@code >/}. The
 * bucket that holds the bound is split; count and sum are then estimated anew.
 *
 * <p>Behaves as {@code FloatHistogram.TrimBuckets} of Prometheus.
 */
public final class HistogramTrim {
  private final double bound;
  private final boolean keepsLower;
  private final HistogramSum result;
  private boolean changed;
  private double count;
  private double sum;

  private HistogramTrim(Histogram histogram, double bound, boolean keepsLower) {
    this.bound = bound;
    this.keepsLower = keepsLower;
    this.result = new HistogramSum(histogram);
  }

  /**
   * {@return the histogram of the observations on one side of a bound}
   *
   * @param histogram any histogram
   * @param bound the bound
   * @param keepsLower whether observations up to the bound are kept, not those from it on
   */
  public static Histogram trim(Histogram histogram, double bound, boolean keepsLower) {
    return new HistogramTrim(histogram, bound, keepsLower).trim(histogram);
  }

  private Histogram trim(Histogram histogram) {
    if (histogram.isCustom()) {
      trimCustom(histogram.customBounds());
    } else {
      trimExponential(histogram);
    }
    Histogram trimmed = result.result();
    if (!changed) {
      return trimmed;
    }
    return new Histogram(
        trimmed.schema(),
        trimmed.zeroThreshold(),
        trimmed.zeroCount(),
        count,
        sum,
        trimmed.positiveSpans(),
        trimmed.positiveBuckets(),
        trimmed.negativeSpans(),
        trimmed.negativeBuckets(),
        trimmed.customBounds(),
        trimmed.resetHint(),
        false);
  }

  private void trimCustom(double[] bounds) {
    BucketSide side = result.positive();
    for (int i = 0; i < side.size(); i++) {
      int index = side.index(i);
      double lower = index == 0 ? Double.NEGATIVE_INFINITY : bounds[index - 1];
      double upper = index < bounds.length ? bounds[index] : Double.POSITIVE_INFINITY;
      side.set(i, keep(lower, upper, side.value(i), false));
    }
  }

  /** In the order in which upstream adds up what is kept. */
  private void trimExponential(Histogram histogram) {
    BucketSide positive = result.positive();
    for (int i = 0; i < positive.size(); i++) {
      double lower = ExponentialBounds.upper(histogram.schema(), positive.index(i) - 1);
      double upper = ExponentialBounds.upper(histogram.schema(), positive.index(i));
      positive.set(i, keep(lower, upper, positive.value(i), true));
    }
    BucketSide negative = result.negative();
    for (int i = 0; i < negative.size(); i++) {
      double lower = -ExponentialBounds.upper(histogram.schema(), negative.index(i));
      double upper = -ExponentialBounds.upper(histogram.schema(), negative.index(i) - 1);
      negative.set(i, keep(lower, upper, negative.value(i), true));
    }
    if (histogram.zeroCount() > 0) {
      trimZeroBucket(histogram);
    }
  }

  private void trimZeroBucket(Histogram histogram) {
    if (Double.isNaN(bound)) {
      // As upstream, where only this bucket is computed with NaN.
      result.setZeroPopulation(kept(histogram.zeroCount(), Double.NaN, Double.NaN));
      return;
    }
    boolean positive = isPopulated(histogram.positiveBuckets());
    boolean negative = isPopulated(histogram.negativeBuckets());
    double lower = positive && !negative ? 0 : -histogram.zeroThreshold();
    double upper = negative && !positive ? 0 : histogram.zeroThreshold();
    result.setZeroPopulation(keepOfZero(lower, upper, histogram.zeroCount()));
  }

  private static boolean isPopulated(double[] populations) {
    for (double population : populations) {
      if (population != 0) {
        return true;
      }
    }
    return false;
  }

  /** How much of a bucket is kept; adds that to count and sum. */
  private double keep(double lower, double upper, double population, boolean exponential) {
    if (Double.isInfinite(lower) || Double.isInfinite(upper)) {
      return keepOfInfinite(lower, upper, population);
    }
    boolean all = keepsLower ? upper <= bound : lower >= bound;
    boolean some = keepsLower ? lower < bound : upper > bound;
    if (!all && !some) {
      return kept(population, 0, 0);
    }
    double keptLower = all || keepsLower ? lower : bound;
    double keptUpper = all || !keepsLower ? upper : bound;
    double midpoint =
        exponential
            ? Math.copySign(Math.sqrt(keptLower * keptUpper), lower + upper)
            : (keptLower + keptUpper) / 2;
    if (all) {
      return kept(population, population, midpoint);
    }
    // What is above is what is not below, as upstream computes it: the last digit depends on it.
    double below = population * shareBelow(lower, upper, exponential);
    return kept(population, keepsLower ? below : population - below, midpoint);
  }

  /** {@return the share of a bucket that lies below the bound, which is inside of it} */
  private double shareBelow(double lower, double upper, boolean exponential) {
    if (!exponential) {
      return (bound - lower) / (upper - lower);
    }
    double logLower = Math.log(Math.abs(lower));
    double logUpper = Math.log(Math.abs(upper));
    double logBound = Math.log(Math.abs(bound));
    return bound > 0
        ? (logBound - logLower) / (logUpper - logLower)
        : 1 - (logBound - logUpper) / (logLower - logUpper);
  }

  /** The zero bucket is linear, and the share above the bound computed for itself. */
  private double keepOfZero(double lower, double upper, double population) {
    if (keepsLower ? bound >= upper : bound <= lower) {
      return kept(population, population, (lower + upper) / 2);
    } else if (keepsLower ? bound <= lower : bound >= upper) {
      return kept(population, 0, 0);
    }
    double share = (keepsLower ? bound - lower : upper - bound) / (upper - lower);
    return kept(population, population * share, (bound + (keepsLower ? lower : upper)) / 2);
  }

  private double keepOfInfinite(double lower, double upper, double population) {
    if (Double.isNaN(bound)) {
      return kept(population, 0, 0);
    }
    if (Double.isInfinite(lower)) {
      return keepsLower ? lowestUpTo(upper, population) : lowestFrom(upper, population);
    }
    if (keepsLower) {
      return bound == Double.POSITIVE_INFINITY
          ? kept(population, population, lower)
          : kept(population, 0, 0);
    }
    return bound == Double.POSITIVE_INFINITY
        ? kept(population, 0, 0)
        : kept(population, population, Math.max(bound, lower));
  }

  /** Of (−Inf, upper], what is at most the bound. */
  private double lowestUpTo(double upper, double population) {
    if (bound >= upper) {
      return kept(population, population, upper > 0 ? upper / 2 : upper);
    }
    if (upper <= 0 && bound > Double.NEGATIVE_INFINITY) {
      return kept(population, population, bound);
    }
    return bound > 0 && Double.isFinite(upper)
        ? kept(population, population * bound / upper, bound / 2)
        : kept(population, 0, 0);
  }

  /** Of (−Inf, upper], what is at least the bound. */
  private double lowestFrom(double upper, double population) {
    if (bound == Double.NEGATIVE_INFINITY) {
      return kept(population, population, upper > 0 ? upper / 2 : upper);
    }
    return bound >= 0 && bound < upper && Double.isFinite(upper)
        ? kept(population, population * (1 - bound / upper), (bound + upper) / 2)
        : kept(population, 0, 0);
  }

  private double kept(double population, double kept, double midpoint) {
    if (kept != population) {
      changed = true;
    }
    count += kept;
    if (kept != 0) {
      sum += midpoint * kept;
    }
    return kept;
  }
}

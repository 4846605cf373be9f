package io.hmsops.tsdb.sample;

import java.util.Arrays;

/**
 * A sum of histograms in the making, with Kahan–Neumaier compensation in every part. Histograms of
 * different resolution meet at the coarser one, different zero buckets at the wider, different
 * custom bounds at those that both have. Not thread-safe.
 *
 * <p>Behaves as {@code FloatHistogram.KahanAdd} and {@code Sub} of Prometheus.
 */
public final class HistogramSum {
  private int schema;
  private double zeroThreshold;
  private final Compensated zeroCount = new Compensated();
  private final Compensated count = new Compensated();
  private final Compensated sum = new Compensated();
  private final BucketSide positive;
  private final BucketSide negative;
  private double[] customBounds;
  private CounterResetHint hint;
  private boolean sawReset;
  private boolean sawNotReset;
  private boolean boundsReconciled;

  /** A Kahan–Neumaier sum. */
  private static final class Compensated {
    private double value;
    private double carry;

    void add(double increment) {
      double total = value + increment;
      if (Double.isInfinite(total)) {
        carry = 0;
      } else if (Math.abs(value) >= Math.abs(increment)) {
        carry += (value - total) + increment;
      } else {
        carry += (increment - total) + value;
      }
      value = total;
    }

    void set(double newValue) {
      value = newValue;
      carry = 0;
    }

    double get() {
      return Double.isInfinite(value) ? value : value + carry;
    }
  }

  /**
   * Starts with one histogram.
   *
   * @param first the first summand
   */
  public HistogramSum(Histogram first) {
    schema = first.schema();
    zeroThreshold = first.zeroThreshold();
    zeroCount.set(first.zeroCount());
    count.set(first.count());
    sum.set(first.sum());
    positive = BucketSide.of(first.positiveSpans(), first.positiveBuckets());
    negative = BucketSide.of(first.negativeSpans(), first.negativeBuckets());
    customBounds = first.customBounds();
    hint = first.resetHint();
    sawReset = hint == CounterResetHint.RESET;
    sawNotReset = hint == CounterResetHint.NOT_RESET;
  }

  /**
   * {@return whether a histogram can take part: custom and exponential buckets never meet}
   *
   * @param other the histogram
   */
  public boolean accepts(Histogram other) {
    return isCustom() == other.isCustom();
  }

  private boolean isCustom() {
    return schema == Histogram.CUSTOM_SCHEMA;
  }

  /**
   * Adds a histogram.
   *
   * @param other what to add
   * @return this
   * @throws IllegalArgumentException if it is not accepted
   */
  public HistogramSum add(Histogram other) {
    combine(new HistogramSum(other), 1);
    return this;
  }

  /**
   * Subtracts a histogram.
   *
   * @param other what to subtract
   * @return this
   * @throws IllegalArgumentException if it is not accepted
   */
  public HistogramSum subtract(Histogram other) {
    combine(new HistogramSum(other), -1);
    return this;
  }

  private void combine(HistogramSum other, double sign) {
    if (isCustom() != other.isCustom()) {
      throw new IllegalArgumentException(
          "schemas %d and %d (expected: both custom or both exponential)"
              .formatted(schema, other.schema));
    }
    adjustHint(other.hint);
    if (isCustom()) {
      reconcileBounds(other);
    } else {
      reconcileZeroBuckets(other);
      int coarser = Math.min(schema, other.schema);
      coarsenTo(coarser);
      other.coarsenTo(coarser);
    }
    zeroCount.add(sign * other.zeroCount.get());
    count.add(sign * other.count.get());
    sum.add(sign * other.sum.get());
    positive.add(other.positive, sign);
    negative.add(other.negative, sign);
  }

  private void adjustHint(CounterResetHint other) {
    sawReset |= other == CounterResetHint.RESET;
    sawNotReset |= other == CounterResetHint.NOT_RESET;
    if (hint == other || hint == CounterResetHint.GAUGE) {
      return;
    }
    if (other == CounterResetHint.GAUGE) {
      hint = other;
    } else if (hint != CounterResetHint.UNKNOWN) {
      hint = CounterResetHint.UNKNOWN;
    }
  }

  private void reconcileBounds(HistogramSum other) {
    if (Arrays.equals(customBounds, other.customBounds)) {
      return;
    }
    boundsReconciled = true;
    double[] common = intersection(customBounds, other.customBounds);
    mapToBounds(common);
    other.mapToBounds(common);
  }

  static double[] intersection(double[] a, double[] b) {
    return Arrays.stream(a).filter(bound -> Arrays.binarySearch(b, bound) >= 0).toArray();
  }

  void mapToBounds(double[] common) {
    double[] old = customBounds;
    positive.remap(
        index -> {
          if (index >= old.length) {
            return common.length;
          }
          int at = Arrays.binarySearch(common, old[index]);
          return at >= 0 ? at : -at - 1;
        });
    customBounds = common;
  }

  private void reconcileZeroBuckets(HistogramSum other) {
    while (Double.compare(zeroThreshold, other.zeroThreshold) != 0) {
      if (zeroThreshold < other.zeroThreshold) {
        widenZeroBucket(other.zeroThreshold);
      } else {
        other.widenZeroBucket(zeroThreshold);
      }
    }
  }

  /** Widens the zero bucket, and further to the end of any populated bucket that would be cut. */
  void widenZeroBucket(double threshold) {
    double wide = threshold;
    double before;
    do {
      before = wide;
      wide = endOfCutBucket(positive, endOfCutBucket(negative, wide));
    } while (wide != before);
    zeroCount.add(positive.removeFirst(countUpTo(positive, wide)));
    zeroCount.add(negative.removeFirst(countUpTo(negative, wide)));
    zeroThreshold = wide;
  }

  private double endOfCutBucket(BucketSide side, double threshold) {
    for (int i = 0; i < side.size(); i++) {
      double upper = ExponentialBounds.upper(schema, side.index(i));
      if (ExponentialBounds.upper(schema, side.index(i) - 1) >= threshold) {
        return threshold;
      }
      if (upper > threshold && side.value(i) != 0) {
        return upper;
      }
    }
    return threshold;
  }

  private int countUpTo(BucketSide side, double threshold) {
    int inside = 0;
    while (inside < side.size()
        && ExponentialBounds.upper(schema, side.index(inside)) <= threshold) {
      inside++;
    }
    return inside;
  }

  void coarsenTo(int coarser) {
    int coarsening = schema - coarser;
    if (coarsening > 0) {
      positive.remap(index -> ExponentialBounds.coarser(index, coarsening));
      negative.remap(index -> ExponentialBounds.coarser(index, coarsening));
      schema = coarser;
    }
  }

  /**
   * Multiplies everything. By a negative number it becomes a gauge.
   *
   * @param factor the factor
   * @return this
   */
  public HistogramSum multiply(double factor) {
    zeroCount.set(zeroCount.get() * factor);
    count.set(count.get() * factor);
    sum.set(sum.get() * factor);
    positive.multiply(factor);
    negative.multiply(factor);
    becomeGaugeIfNegative(factor);
    return this;
  }

  /**
   * Divides everything; by zero no bucket remains.
   *
   * @param divisor the divisor
   * @return this
   */
  public HistogramSum divide(double divisor) {
    zeroCount.set(zeroCount.get() / divisor);
    count.set(count.get() / divisor);
    sum.set(sum.get() / divisor);
    if (divisor == 0) {
      positive.removeFirst(positive.size());
      negative.removeFirst(negative.size());
    } else {
      positive.divide(divisor);
      negative.divide(divisor);
    }
    becomeGaugeIfNegative(divisor);
    return this;
  }

  private void becomeGaugeIfNegative(double factor) {
    if (factor < 0) {
      hint = CounterResetHint.GAUGE;
    }
  }

  /**
   * Empties all buckets, as if nothing had been observed; resolution and bounds stay.
   *
   * @return this
   */
  public HistogramSum clear() {
    zeroCount.set(0);
    count.set(0);
    sum.set(0);
    positive.removeFirst(positive.size());
    negative.removeFirst(negative.size());
    return this;
  }

  /** {@return whether the count or sum has left the range of doubles} */
  public boolean overflowed() {
    return Double.isInfinite(count.get()) || Double.isInfinite(sum.get());
  }

  /** {@return whether summands with a reset met others known to have none} */
  public boolean resetsCollided() {
    return sawReset && sawNotReset;
  }

  /** {@return whether histograms with different custom bounds met} */
  public boolean boundsReconciled() {
    return boundsReconciled;
  }

  /** {@return the sum so far, without empty buckets} */
  public Histogram result() {
    return new Histogram(
        schema,
        zeroThreshold,
        zeroCount.get(),
        count.get(),
        sum.get(),
        positive.spans(),
        positive.buckets(),
        negative.spans(),
        negative.buckets(),
        customBounds,
        hint,
        false);
  }

  double zeroThreshold() {
    return zeroThreshold;
  }

  double zeroPopulation() {
    return zeroCount.get();
  }

  void setZeroPopulation(double population) {
    zeroCount.set(population);
  }

  BucketSide positive() {
    return positive;
  }

  BucketSide negative() {
    return negative;
  }
}

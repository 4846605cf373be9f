package io.hmsops.tsdb.sample;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A sum of histograms in the making, with Kahan–Neumaier compensation in every part or, made by
 * {@link #plain}, without. Histograms of different resolution meet at the coarser one, different
 * zero buckets at the wider, different custom bounds at those that both have. Not thread-safe.
 *
 * <p>Behaves as {@code FloatHistogram.KahanAdd}, or {@code Add} and {@code Sub}, of Prometheus.
 */
public final class HistogramSum {
  private int schema;
  private double zeroThreshold;
  private final Part zeroCount;
  private final Part count;
  private final Part sum;
  private final BucketSide positive;
  private final BucketSide negative;
  private double[] customBounds;
  private CounterResetHint hint;
  private boolean sawReset;
  private boolean sawNotReset;
  private boolean boundsReconciled;

  /** A sum of plain numbers, compensated or not. */
  private static final class Part {
    private final boolean compensated;
    private double value;
    private double carry;

    Part(double value, boolean compensated) {
      this.value = value;
      this.compensated = compensated;
    }

    void add(double increment) {
      double total = value + increment;
      if (!compensated || Double.isInfinite(total)) {
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
      // Without a carry a negative zero stays one.
      return Double.isInfinite(value) || carry == 0 ? value : value + carry;
    }
  }

  /**
   * Starts a compensated sum with one histogram.
   *
   * @param first the first summand
   */
  public HistogramSum(Histogram first) {
    this(first, true);
  }

  private HistogramSum(Histogram first, boolean compensated) {
    schema = first.schema();
    zeroThreshold = first.zeroThreshold();
    zeroCount = new Part(first.zeroCount(), compensated);
    count = new Part(first.count(), compensated);
    sum = new Part(first.sum(), compensated);
    positive = BucketSide.of(first.positiveSpans(), first.positiveBuckets(), compensated);
    negative = BucketSide.of(first.negativeSpans(), first.negativeBuckets(), compensated);
    customBounds = first.customBounds();
    hint = first.resetHint();
    sawReset = hint == CounterResetHint.RESET;
    sawNotReset = hint == CounterResetHint.NOT_RESET;
  }

  /**
   * {@return a sum without compensation, for a few summands: {@code a - b} rounds once}
   *
   * @param first the first summand
   */
  public static HistogramSum plain(Histogram first) {
    return new HistogramSum(first, false);
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
    combine(other, 1);
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
    combine(other, -1);
    return this;
  }

  private void combine(Histogram summand, double sign) {
    if (!hasBucketsOf(summand)) {
      reconcile(summand, sign);
      return;
    }
    adjustHint(summand.resetHint());
    positive.add(summand.positiveBuckets(), sign);
    negative.add(summand.negativeBuckets(), sign);
    zeroCount.add(sign * summand.zeroCount());
    count.add(sign * summand.count());
    sum.add(sign * summand.sum());
  }

  /** Whether there is nothing to reconcile, as between most histograms of one metric. */
  private boolean hasBucketsOf(Histogram other) {
    return schema == other.schema()
        && Double.compare(zeroThreshold, other.zeroThreshold()) == 0
        && positive.isOf(other.positiveSpans())
        && negative.isOf(other.negativeSpans())
        && (isCustom()
            ? Arrays.equals(customBounds, other.customBounds())
            : countUpTo(positive, zeroThreshold) + countUpTo(negative, zeroThreshold) == 0);
  }

  private void reconcile(Histogram summand, double sign) {
    HistogramSum other = new HistogramSum(summand, false);
    if (isCustom() != other.isCustom()) {
      throw new IllegalArgumentException(
          "schemas %d and %d (expected: both custom or both exponential)"
              .formatted(schema, other.schema));
    }
    adjustHint(other.hint);
    if (isCustom()) {
      addCustom(other, sign);
    } else {
      other.zeroCount.set(reconcileZeroBuckets(summand));
      int coarser = Math.min(schema, other.schema);
      coarsenTo(coarser);
      other.coarsenTo(coarser);
      // Upstream leaves out of a summand what lies in the zero bucket only now: of a bucket that
      // became wider than that, what the zero bucket already has is counted twice.
      other.leaveOutUpTo(zeroThreshold);
      positive.add(other.positive, sign);
      negative.add(other.negative, sign);
    }
    zeroCount.add(sign * other.zeroCount.get());
    count.add(sign * other.count.get());
    sum.add(sign * other.sum.get());
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

  private void addCustom(HistogramSum other, double sign) {
    if (Arrays.equals(customBounds, other.customBounds)) {
      positive.add(other.positive, sign);
      return;
    }
    boundsReconciled = true;
    double[] common = intersection(customBounds, other.customBounds);
    mapToBounds(common);
    positive.addMapped(other.positive, sign, mapping(other.customBounds, common));
  }

  static double[] intersection(double[] a, double[] b) {
    return Arrays.stream(a).filter(bound -> Arrays.binarySearch(b, bound) >= 0).toArray();
  }

  void mapToBounds(double[] common) {
    positive.remap(mapping(customBounds, common));
    customBounds = common;
  }

  /** From the index of a bucket to that of the one it falls into, some of the bounds being left. */
  private static IntUnaryOperator mapping(double[] bounds, double[] common) {
    return index -> {
      if (index >= bounds.length) {
        return common.length;
      }
      int at = Arrays.binarySearch(common, bounds[index]);
      return at >= 0 ? at : -at - 1;
    };
  }

  /** Makes the zero bucket as wide as that of a summand at least; what the summand has in it. */
  private double reconcileZeroBuckets(Histogram summand) {
    if (Double.compare(zeroThreshold, summand.zeroThreshold()) == 0) {
      return summand.zeroCount();
    }
    HistogramSum other = new HistogramSum(summand, false);
    while (Double.compare(zeroThreshold, other.zeroThreshold) != 0) {
      if (zeroThreshold < other.zeroThreshold) {
        widenZeroBucket(other.zeroThreshold);
      } else {
        other.widenZeroBucket(zeroThreshold);
      }
    }
    return other.zeroCount.get();
  }

  /** Widens the zero bucket, and further to the end of any populated bucket that would be cut. */
  void widenZeroBucket(double threshold) {
    double wide = threshold;
    double before;
    do {
      before = wide;
      wide = endOfCutBucket(positive, endOfCutBucket(negative, wide));
    } while (wide != before);
    positive.removeFirst(countUpTo(positive, wide), zeroCount::add);
    negative.removeFirst(countUpTo(negative, wide), zeroCount::add);
    zeroThreshold = wide;
  }

  /** Removes the buckets that end at or before a threshold; their populations are lost. */
  void leaveOutUpTo(double threshold) {
    positive.removeFirst(countUpTo(positive, threshold), _ -> {});
    negative.removeFirst(countUpTo(negative, threshold), _ -> {});
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
   * Merges buckets until the resolution is that of a coarser schema; custom bounds stay.
   *
   * @param coarser the schema, which may also be finer: then nothing happens
   * @return this
   */
  public HistogramSum reduceTo(int coarser) {
    if (!isCustom()) {
      coarsenTo(coarser);
    }
    return this;
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
      positive.clear();
      negative.clear();
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
    positive.clear();
    negative.clear();
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

  /** {@return whether histograms with different custom bounds met since this was last asked} */
  public boolean takeReconciled() {
    boolean reconciled = boundsReconciled;
    boundsReconciled = false;
    return reconciled;
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

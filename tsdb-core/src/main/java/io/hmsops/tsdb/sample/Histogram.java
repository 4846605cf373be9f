package io.hmsops.tsdb.sample;

import java.util.Arrays;
import java.util.Objects;

/**
 * A native histogram as one sample: exponential buckets, or custom ones under {@link
 * #CUSTOM_SCHEMA}. Populations are absolute (no deltas), in the order of the spans. Whole-number
 * histograms keep their counts exactly up to 2⁵³. Treat as immutable: the arrays are owned by the
 * histogram and must not be written after construction.
 *
 * <p>With schema s, positive bucket i covers (2^((i-1)·2^-s), 2^(i·2^-s)]; negative ones mirror it.
 * Under {@link #CUSTOM_SCHEMA} bucket i ends at {@code customBounds[i]}, the last one at +Inf, and
 * there is neither a zero bucket nor a negative side.
 *
 * @param schema the exponential schema, −4 to 8, or {@link #CUSTOM_SCHEMA}
 * @param zeroThreshold the zero bucket covers [−zeroThreshold, zeroThreshold]
 * @param zeroCount the population of the zero bucket
 * @param count the number of observations, those of NaN included
 * @param sum the sum of observations; {@link StaleMarker#VALUE} makes this a staleness marker
 * @param positiveSpans runs of consecutive positive buckets: offset, length, offset, length …; the
 *     first offset is a bucket's index, each later one the gap after the run before it
 * @param positiveBuckets one population per bucket of the positive spans
 * @param negativeSpans as {@code positiveSpans}, for the negative side
 * @param negativeBuckets one population per bucket of the negative spans
 * @param customBounds ascending finite upper bounds, empty unless the schema is custom
 * @param resetHint what is known about a counter reset before this sample
 * @param wholeNumbers whether it was written as an integer histogram
 */
// A histogram is a sample on hot paths: arrays, with equals and hashCode written by hand below.
@SuppressWarnings("ArrayRecordComponent")
public record Histogram(
    int schema,
    double zeroThreshold,
    double zeroCount,
    double count,
    double sum,
    int[] positiveSpans,
    double[] positiveBuckets,
    int[] negativeSpans,
    double[] negativeBuckets,
    double[] customBounds,
    CounterResetHint resetHint,
    boolean wholeNumbers) {

  /** The schema of histograms with custom bucket bounds. */
  public static final int CUSTOM_SCHEMA = -53;

  private static final int[] NO_SPANS = {};
  private static final double[] NO_BUCKETS = {};

  /** The staleness marker in a series of histograms. */
  public static final Histogram STALE =
      new Histogram(
          0,
          0,
          0,
          0,
          StaleMarker.VALUE,
          NO_SPANS,
          NO_BUCKETS,
          NO_SPANS,
          NO_BUCKETS,
          NO_BUCKETS,
          CounterResetHint.UNKNOWN,
          true);

  /**
   * Checks the layout.
   *
   * @throws IllegalArgumentException if spans and populations do not have the same length
   */
  public Histogram {
    Objects.requireNonNull(resetHint, "resetHint");
    checkLayout("positive", positiveSpans, positiveBuckets);
    checkLayout("negative", negativeSpans, negativeBuckets);
  }

  private static void checkLayout(String side, int[] spans, double[] buckets) {
    if (spans.length % 2 != 0) {
      throw new IllegalArgumentException(
          "%s spans: %d numbers (expected: offsets and lengths in pairs)"
              .formatted(side, spans.length));
    }
    long length = 0;
    for (int i = 1; i < spans.length; i += 2) {
      length += spans[i];
    }
    if (length != buckets.length) {
      throw new IllegalArgumentException(
          "%s side: spans cover %d buckets, %d populations given"
              .formatted(side, length, buckets.length));
    }
  }

  /** {@return whether the bounds are custom} */
  public boolean isCustom() {
    return schema == CUSTOM_SCHEMA;
  }

  /** {@return whether this is a staleness marker} */
  public boolean isStale() {
    return StaleMarker.is(sum);
  }

  /**
   * {@return the same histogram with another hint}
   *
   * @param hint the hint
   */
  public Histogram withResetHint(CounterResetHint hint) {
    return hint == resetHint
        ? this
        : new Histogram(
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            positiveSpans,
            positiveBuckets,
            negativeSpans,
            negativeBuckets,
            customBounds,
            hint,
            wholeNumbers);
  }

  /** Two histograms are equal when all their parts are, doubles by their raw bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram h
        && schema == h.schema
        && same(zeroThreshold, h.zeroThreshold)
        && same(zeroCount, h.zeroCount)
        && same(count, h.count)
        && same(sum, h.sum)
        && resetHint == h.resetHint
        && wholeNumbers == h.wholeNumbers
        && Arrays.equals(positiveSpans, h.positiveSpans)
        && Arrays.equals(negativeSpans, h.negativeSpans)
        && same(positiveBuckets, h.positiveBuckets)
        && same(negativeBuckets, h.negativeBuckets)
        && same(customBounds, h.customBounds);
  }

  private static boolean same(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  private static boolean same(double[] a, double[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (!same(a[i], b[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(count) + Arrays.hashCode(positiveBuckets);
  }

  @Override
  public String toString() {
    return "Histogram[schema=%d, count=%s, sum=%s, zero=%s within %s, positive=%s %s, negative=%s %s, bounds=%s, %s]"
        .formatted(
            schema,
            count,
            sum,
            zeroCount,
            zeroThreshold,
            Arrays.toString(positiveSpans),
            Arrays.toString(positiveBuckets),
            Arrays.toString(negativeSpans),
            Arrays.toString(negativeBuckets),
            Arrays.toString(customBounds),
            resetHint);
  }
}

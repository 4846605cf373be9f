package io.hmsops.query.script;

import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What {@code {{…}}+{{…}}xN} adds up: plain bucket by bucket, at the first one's schema. */
final class HistogramSteps {
  private HistogramSteps() {}

  /**
   * Returns {@code base + sign · step}.
   *
   * @throws IllegalArgumentException if the step is coarser than the base, or their zero buckets or
   *     custom bounds differ
   */
  static Histogram combine(Histogram base, Histogram step, int sign) {
    if (base.schema() > step.schema() || base.isCustom() != step.isCustom()) {
      throw new IllegalArgumentException(
          "cannot merge from schema %d to %d".formatted(step.schema(), base.schema()));
    }
    if (base.isCustom() && !Arrays.equals(base.customBounds(), step.customBounds())) {
      throw new IllegalArgumentException("custom values differ");
    }
    if (base.zeroThreshold() != step.zeroThreshold() && step.zeroCount() != 0) {
      throw new IllegalArgumentException("z_bucket_w differs");
    }
    int shift = step.schema() - base.schema();
    Side positive = new Side();
    positive.add(base.positiveSpans(), base.positiveBuckets(), 0, 1);
    positive.add(step.positiveSpans(), step.positiveBuckets(), shift, sign);
    Side negative = new Side();
    negative.add(base.negativeSpans(), base.negativeBuckets(), 0, 1);
    negative.add(step.negativeSpans(), step.negativeBuckets(), shift, sign);
    return new Histogram(
        base.schema(),
        base.zeroThreshold(),
        base.zeroCount() + sign * step.zeroCount(),
        base.count() + sign * step.count(),
        base.sum() + sign * step.sum(),
        positive.spans(),
        positive.buckets(),
        negative.spans(),
        negative.buckets(),
        base.customBounds(),
        hint(base.resetHint(), step.resetHint()),
        false);
  }

  private static CounterResetHint hint(CounterResetHint a, CounterResetHint b) {
    if (a == b) {
      return a;
    }
    boolean gauge = a == CounterResetHint.GAUGE || b == CounterResetHint.GAUGE;
    return gauge ? CounterResetHint.GAUGE : CounterResetHint.UNKNOWN;
  }

  /** One side's populations by bucket index. */
  static final class Side {
    private final NavigableMap<Integer, Double> populations = new TreeMap<>();

    void add(int[] spans, double[] buckets, int shift, int sign) {
      int index = 0;
      int bucket = 0;
      for (int i = 0; i < spans.length; i += 2) {
        index += spans[i];
        for (int k = 0; k < spans[i + 1]; k++) {
          // Halving the resolution puts buckets 2k-1 and 2k into bucket k.
          int target = shift == 0 ? index : ((index - 1) >> shift) + 1;
          populations.merge(target, sign * buckets[bucket], Double::sum);
          index++;
          bucket++;
        }
      }
    }

    /** Returns the populations that are not zero. */
    Map<Integer, Double> populated() {
      populations.values().removeIf(population -> population == 0);
      return populations;
    }

    int[] spans() {
      int[] spans = new int[2 * populations.size()];
      int used = 0;
      int next = 0;
      for (int index : populations.keySet()) {
        if (used > 0 && index == next) {
          spans[used - 1]++;
        } else {
          spans[used] = index - next;
          spans[used + 1] = 1;
          used += 2;
        }
        next = index + 1;
      }
      return Arrays.copyOf(spans, used);
    }

    double[] buckets() {
      return populations.values().stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}

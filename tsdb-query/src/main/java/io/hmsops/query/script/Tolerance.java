package io.hmsops.query.script;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import java.util.Arrays;
import java.util.Map;

/** When two samples count as equal. */
final class Tolerance {
  private static final double RELATIVE = 1e-6;

  private Tolerance() {}

  static boolean same(double a, double b) {
    if (StaleMarker.is(a) || StaleMarker.is(b)) {
      return StaleMarker.is(a) && StaleMarker.is(b);
    }
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) && Double.isNaN(b);
    }
    if (a == b) {
      return true;
    }
    double difference = Math.abs(a - b);
    double magnitude = Math.abs(a) + Math.abs(b);
    if (a == 0 || b == 0 || magnitude < Double.MIN_NORMAL) {
      return difference < RELATIVE * Double.MIN_NORMAL;
    }
    return difference / Math.min(magnitude, Double.MAX_VALUE) < RELATIVE;
  }

  /** Compares layouts without empty buckets; the hint only if {@code expected} states one. */
  static boolean same(Item.Hist expected, Histogram found) {
    Histogram wanted = expected.histogram();
    return wanted.schema() == found.schema()
        && wanted.zeroThreshold() == found.zeroThreshold()
        && Arrays.equals(wanted.customBounds(), found.customBounds())
        && same(wanted.count(), found.count())
        && same(wanted.sum(), found.sum())
        && same(wanted.zeroCount(), found.zeroCount())
        && (!expected.hintStated() || wanted.resetHint() == found.resetHint())
        && same(
            populated(wanted.positiveSpans(), wanted.positiveBuckets()),
            populated(found.positiveSpans(), found.positiveBuckets()))
        && same(
            populated(wanted.negativeSpans(), wanted.negativeBuckets()),
            populated(found.negativeSpans(), found.negativeBuckets()));
  }

  private static Map<Integer, Double> populated(int[] spans, double[] buckets) {
    HistogramSteps.Side side = new HistogramSteps.Side();
    side.add(spans, buckets, 0, 1);
    return side.populated();
  }

  private static boolean same(Map<Integer, Double> wanted, Map<Integer, Double> found) {
    return wanted.keySet().equals(found.keySet())
        && wanted.entrySet().stream()
            .allMatch(e -> same(e.getValue(), found.getOrDefault(e.getKey(), Double.NaN)));
  }
}

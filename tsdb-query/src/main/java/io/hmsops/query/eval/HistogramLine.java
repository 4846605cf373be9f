package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.HistogramSum;

/**
 * The straight line between two histograms of a series.
 *
 * <p>Behaves as {@code interpolateHistograms} of Prometheus.
 *
 * @param annotations where it is said if custom bounds differed
 * @param span of what it is said
 */
record HistogramLine(Annotations annotations, Span span) {
  /**
   * {@return what would have been read between two samples with the same kind of buckets}
   *
   * @param left the index of the earlier sample, the later one being the next
   * @param timeMs not before the earlier and not behind the later one
   * @param counter whether a reset between them means that counting began anew at the left
   */
  Histogram at(Samples samples, int left, long timeMs, boolean counter) {
    Histogram before = samples.existingHistogram(left);
    Histogram after = samples.existingHistogram(left + 1);
    long beforeMs = samples.timeMs(left);
    long afterMs = samples.timeMs(left + 1);
    if (timeMs == beforeMs) {
      return before;
    }
    if (timeMs == afterMs) {
      return after;
    }
    double fraction = (double) (timeMs - beforeMs) / (afterMs - beforeMs);
    HistogramSum sum = HistogramSum.plain(after);
    if (counter && HistogramMath.isReset(after, before)) {
      return sum.multiply(fraction).result();
    }
    sum.subtract(before);
    inform(sum, "subtraction");
    sum.multiply(fraction).add(before);
    inform(sum, "addition");
    return sum.result();
  }

  private void inform(HistogramSum sum, String operation) {
    if (sum.takeReconciled()) {
      annotations.inform(Texts.reconciledBuckets(operation), span);
    }
  }
}

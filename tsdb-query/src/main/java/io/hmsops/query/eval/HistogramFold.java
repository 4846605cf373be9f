package io.hmsops.query.eval;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The histograms of {@code sum} and {@code avg}, added in series order. */
final class HistogramFold {
  private final AggregationCall call;
  private final boolean average;
  private final @Nullable HistogramSum[] sums;
  private final int[] counts;

  /** The number of the series whose histogram did not go with those before it, else the largest. */
  private final int[] spoiledBy;

  /** Kept for an average whose sum overflows. */
  private final List<Column> members = new ArrayList<>();

  HistogramFold(AggregationCall call, boolean average) {
    this.call = call;
    this.average = average;
    sums = new HistogramSum[call.steps()];
    counts = new int[call.steps()];
    spoiledBy = new int[call.steps()];
    Arrays.fill(spoiledBy, Integer.MAX_VALUE);
  }

  /**
   * Adds the histograms of a column.
   *
   * @param index the number of the series
   * @param firstFloats the number of the first series with a float at each step
   */
  void add(int index, Column member, int[] firstFloats) {
    if (average) {
      members.add(member);
    }
    for (int step = 0; step < counts.length; step++) {
      Histogram histogram = member.histogram(step);
      if (histogram != null && spoiledBy[step] == Integer.MAX_VALUE) {
        counts[step]++;
        // Behind a float the result is lost anyway: histograms are no longer looked at.
        if (sums[step] != null || index < firstFloats[step]) {
          add(step, index, histogram, member);
        }
      }
    }
  }

  private void add(int step, int index, Histogram histogram, Column member) {
    HistogramSum sum = sums[step];
    if (sum == null) {
      sums[step] = new HistogramSum(histogram);
    } else if (sum.accepts(histogram)) {
      sum.add(histogram);
    } else {
      spoiledBy[step] = index;
      call.warn(Texts.mixedSchemas(member.labels().metricName()));
    }
  }

  /** Whether there is a histogram at a step. */
  boolean has(int step) {
    return counts[step] > 0;
  }

  /**
   * The result of a step, or nothing if its samples do not go together.
   *
   * @param firstFloat the number of the first series with a float
   */
  @Nullable Histogram finish(int step, int firstFloat) {
    HistogramSum sum = sums[step];
    if (sum != null && sum.boundsReconciled()) {
      call.inform(Texts.reconciledBuckets("aggregation"));
    }
    if (firstFloat < spoiledBy[step]) {
      call.warn(Texts.MIXED_FOR_AGGREGATION);
      return null;
    }
    if (spoiledBy[step] < Integer.MAX_VALUE || sum == null) {
      return null;
    }
    if (sum.resetsCollided()) {
      call.warn(Texts.resetCollision("aggregation"));
    }
    if (average && sum.overflowed()) {
      return meanOfParts(step);
    }
    return (average ? sum.divide(counts[step]) : sum).result();
  }

  /** Divides before adding: for sums beyond the range of doubles. */
  private Histogram meanOfParts(int step) {
    HistogramSum mean = null;
    for (Column member : members) {
      Histogram histogram = member.histogram(step);
      if (histogram != null) {
        HistogramSum part = new HistogramSum(histogram).divide(counts[step]);
        mean = mean == null ? part : mean.add(part.result());
      }
    }
    return Objects.requireNonNull(mean).result();
  }
}

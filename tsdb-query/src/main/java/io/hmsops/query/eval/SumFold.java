package io.hmsops.query.eval;

import io.hmsops.query.function.KahanSum;
import io.hmsops.query.function.Mean;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code sum} and {@code avg}, of floats or of histograms. */
final class SumFold implements Aggregation.Fold {
  private final AggregationCall call;
  private final boolean average;
  private final @Nullable KahanSum[] sums;
  private final @Nullable Mean[] means;
  private final @Nullable HistogramSum[] histogramSums;
  private final int[] histogramCounts;
  private final boolean[] spoiled;
  private final List<Column> members = new ArrayList<>();

  SumFold(AggregationCall call, boolean average) {
    this.call = call;
    this.average = average;
    int steps = call.steps();
    sums = new KahanSum[steps];
    means = new Mean[steps];
    histogramSums = new HistogramSum[steps];
    histogramCounts = new int[steps];
    spoiled = new boolean[steps];
  }

  @Override
  public void add(Column member) {
    if (average && member.hasHistograms()) {
      members.add(member);
    }
    for (int step = 0; step < spoiled.length; step++) {
      Histogram histogram = member.histogram(step);
      if (histogram != null) {
        addHistogram(step, histogram, member);
      } else if (member.hasFloat(step)) {
        addFloat(step, member.value(step));
      }
    }
  }

  private void addFloat(int step, double value) {
    if (spoiled[step]) {
      return;
    }
    if (average) {
      Mean mean = means[step];
      if (mean == null) {
        mean = new Mean();
        means[step] = mean;
      }
      mean.add(value);
    } else {
      KahanSum sum = sums[step];
      if (sum == null) {
        sum = new KahanSum();
        sums[step] = sum;
      }
      sum.add(value);
    }
  }

  private void addHistogram(int step, Histogram histogram, Column member) {
    if (spoiled[step]) {
      return;
    }
    histogramCounts[step]++;
    HistogramSum sum = histogramSums[step];
    if (sum == null) {
      // Behind a float the result is lost anyway: histograms are no longer looked at.
      if (sums[step] == null && means[step] == null) {
        histogramSums[step] = new HistogramSum(histogram);
      }
    } else if (sum.accepts(histogram)) {
      sum.add(histogram);
    } else {
      spoiled[step] = true;
      call.warn(Texts.mixedSchemas(member.labels().metricName()));
    }
  }

  @Override
  public void finish(Column out) {
    for (int step = 0; step < spoiled.length; step++) {
      HistogramSum histograms = histogramSums[step];
      KahanSum sum = sums[step];
      Mean mean = means[step];
      if (histograms != null && histograms.boundsReconciled()) {
        call.inform(Texts.reconciledBuckets("aggregation"));
      }
      if (histogramCounts[step] > 0 && (sum != null || mean != null)) {
        call.warn(Texts.MIXED_FOR_AGGREGATION);
      } else if (histograms != null) {
        finish(step, histograms, out);
      } else if (sum != null) {
        out.set(step, sum.value());
      } else if (mean != null) {
        out.set(step, mean.value());
      }
    }
  }

  private void finish(int step, HistogramSum sum, Column out) {
    if (spoiled[step]) {
      return;
    }
    if (sum.resetsCollided()) {
      call.warn(Texts.resetCollision("aggregation"));
    }
    if (average && sum.overflowed()) {
      out.set(step, meanOfParts(step));
    } else {
      out.set(step, (average ? sum.divide(histogramCounts[step]) : sum).result());
    }
  }

  /** Divides before adding: for sums beyond the range of doubles. */
  private Histogram meanOfParts(int step) {
    HistogramSum mean = null;
    for (Column member : members) {
      Histogram histogram = member.histogram(step);
      if (histogram != null) {
        HistogramSum part = new HistogramSum(histogram).divide(histogramCounts[step]);
        mean = mean == null ? part : mean.add(part.result());
      }
    }
    return Objects.requireNonNull(mean).result();
  }
}

package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/** A range vector as the whole answer of an instant query: the samples of the window themselves. */
final class RangeVectorResult {
  private final Evaluator evaluator;

  RangeVectorResult(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  Evaluation.Outcome read(Plan plan, Grid grid) {
    Edges edges = plan instanceof Plan.SelectRange range ? range.selector().edges() : Edges.PLAIN;
    long endMs = RangeEvaluation.shift(plan).apply(grid.startMs());
    long startMs = endMs - RangeEvaluation.rangeMs(plan);
    List<Evaluation.SeriesPoints> series = new ArrayList<>();
    SampleSource source = new RangeEvaluation(evaluator).source(plan, grid);
    Scratch scratch = evaluator.context().scratches().take();
    SampleCounts counts = evaluator.context().counts();
    for (int i = 0; i < source.count(); i++) {
      source.read(i, scratch);
      Samples samples = scratch.samples();
      if (samples.count() == 0) {
        continue;
      }
      if (counts != null) {
        counts.addAtFirst(samples);
      }
      Samples shown = edges == Edges.PLAIN ? samples : withEdges(samples, edges, startMs, endMs);
      if (shown.count() > 0) {
        Labels labels = source.labels(i);
        series.add(shown.toPoints(source.dropName(i) ? MetricNames.removeFrom(labels) : labels));
      }
    }
    evaluator.context().scratches().give(scratch);
    return new Evaluation.SeriesOutcome(series, true);
  }

  /** Points exactly at both edges, and the real samples strictly between. */
  private static Samples withEdges(Samples samples, Edges edges, long startMs, long endMs) {
    if (samples.hasHistograms()) {
      throw QueryFailure.execution(
          (edges == Edges.ANCHORED ? "anchored" : "smoothed")
              + " modifier is not supported with histograms");
    }
    boolean smoothed = edges == Edges.SMOOTHED;
    int first = 0;
    while (first + 1 < samples.count() && samples.timeMs(first + 1) <= startMs) {
      first++;
    }
    int last = samples.count() - 1;
    while (last > first && samples.timeMs(last - 1) >= endMs) {
      last--;
    }
    Samples shown = new Samples();
    if (samples.timeMs(last) <= startMs) {
      return shown;
    }
    shown.add(startMs, atEdge(samples, first, startMs, smoothed));
    for (int i = first; i <= last; i++) {
      if (samples.timeMs(i) > startMs && samples.timeMs(i) < endMs) {
        shown.add(samples.timeMs(i), samples.value(i));
      }
    }
    boolean beyond = samples.timeMs(last) > endMs && last > first;
    shown.add(endMs, beyond ? atEdge(samples, last - 1, endMs, smoothed) : samples.value(last));
    return shown;
  }

  private static double atEdge(Samples samples, int before, long timeMs, boolean smoothed) {
    double left = samples.value(before);
    long leftMs = samples.timeMs(before);
    if (!smoothed || leftMs >= timeMs || before + 1 >= samples.count()) {
      return left;
    }
    return left
        + (samples.value(before + 1) - left)
            * (timeMs - leftMs)
            / (samples.timeMs(before + 1) - leftMs);
  }
}

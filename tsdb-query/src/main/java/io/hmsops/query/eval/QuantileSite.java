package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.query.function.ClassicBuckets;
import io.hmsops.tsdb.labels.Labels;

/**
 * Where a function of histograms stands, for what it has to say.
 *
 * @param context gets the annotations
 * @param span the argument that is the histograms
 * @param grid the evaluation times
 */
record QuantileSite(EvalContext context, Span span, Grid grid) {
  /** The same for another context. */
  QuantileSite in(EvalContext other) {
    return new QuantileSite(other, span, grid);
  }

  void informRepaired(ClassicBuckets buckets, Labels labels, int step) {
    // A name that is removed at once does not show.
    String name = context.names().delayed() ? labels.metricName() : "";
    context
        .annotations()
        .informRepaired(
            Texts.repairedBuckets(name),
            span,
            buckets.repairedMin(),
            buckets.repairedMax(),
            buckets.repairedDifference(),
            grid.timeMs(step));
  }
}

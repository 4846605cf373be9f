package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;

/** The surroundings of one aggregation. */
record AggregationCall(EvalContext context, Plan.Aggregate aggregate, Grid grid, int seriesCount) {
  /** The same with the context of a worker. */
  AggregationCall in(EvalContext other) {
    return new AggregationCall(other, aggregate, grid, seriesCount);
  }

  int steps() {
    return grid.count();
  }

  void warn(String text) {
    context.annotations().warn(text, aggregate.operand().span());
  }

  void inform(String text) {
    context.annotations().inform(text, aggregate.operand().span());
  }

  void informIgnoredHistogram() {
    inform(Texts.ignoredHistogramIn(aggregate.operator().symbol()));
  }
}

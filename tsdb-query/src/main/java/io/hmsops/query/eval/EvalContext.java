package io.hmsops.query.eval;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.limit.QueryBudget;
import java.util.Set;

/**
 * What all operators of one query share. One thread walks the plan; the workers get a context with
 * {@link #withAnnotations annotations of their own}.
 */
record EvalContext(
    SeriesReader reader,
    QueryBudget budget,
    Annotations annotations,
    MetricNames names,
    Set<Feature> features,
    long lookbackMs,
    Workers workers,
    ScratchPool scratches) {

  boolean usesStartTimestamps() {
    return features.contains(Feature.USE_START_TIMESTAMPS);
  }

  /** The same with other annotations. */
  EvalContext withAnnotations(Annotations others) {
    return new EvalContext(reader, budget, others, names, features, lookbackMs, workers, scratches);
  }
}

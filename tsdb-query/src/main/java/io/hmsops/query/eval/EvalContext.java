package io.hmsops.query.eval;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.limit.QueryBudget;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    ScratchPool scratches,
    @Nullable SampleCounts counts,
    @Nullable PlanProfile profile) {

  boolean usesStartTimestamps() {
    return features.contains(Feature.USE_START_TIMESTAMPS);
  }

  /** The same with other annotations. */
  EvalContext withAnnotations(Annotations others) {
    return new EvalContext(
        reader, budget, others, names, features, lookbackMs, workers, scratches, counts, profile);
  }

  /** The same with other counts. */
  EvalContext withCounts(@Nullable SampleCounts others) {
    return new EvalContext(
        reader,
        budget,
        annotations,
        names,
        features,
        lookbackMs,
        workers,
        scratches,
        others,
        profile);
  }
}

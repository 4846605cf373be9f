package io.hmsops.query.eval;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.limit.QueryBudget;
import java.util.Set;

/** What all operators of one query share. Used by one thread. */
record EvalContext(
    SeriesReader reader,
    QueryBudget budget,
    Annotations annotations,
    MetricNames names,
    Set<Feature> features,
    long lookbackMs) {

  boolean usesStartTimestamps() {
    return features.contains(Feature.USE_START_TIMESTAMPS);
  }
}

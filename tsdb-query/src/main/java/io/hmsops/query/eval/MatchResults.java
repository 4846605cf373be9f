package io.hmsops.query.eval;

import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Labels;
import java.util.Set;

/** Makes the result series of a vector match. */
final class MatchResults {
  private final VectorMatching matching;
  private final Set<String> names;
  private final boolean removesName;

  /** As in Prometheus, a name that was to be dropped on the many side survives a comparison. */
  private final boolean dropsName;

  MatchResults(EvalContext context, Plan.Operate operate) {
    this.matching = operate.matching().orElseThrow();
    this.names = Set.copyOf(matching.labels());
    this.removesName =
        operate.operator().changesMetric() || (operate.returnBool() && !context.names().delayed());
    this.dropsName = operate.returnBool();
  }

  /** The labels of what comes of two series. */
  Labels labels(Labels many, Labels one) {
    Labels labels = removesName ? MetricNames.removeFrom(many) : many;
    if (matching.cardinality() == VectorMatching.Cardinality.ONE_TO_ONE) {
      labels = labels.filter(name -> names.contains(name) == matching.on());
    }
    for (String name : matching.include()) {
      labels = labels.with(name, one.get(name));
    }
    return labels;
  }

  /** An empty column with such labels. */
  Column column(Labels labels, int steps) {
    return new Column(labels, dropsName && hasName(labels), steps);
  }

  private static boolean hasName(Labels labels) {
    return MetricNames.removeFrom(labels).size() != labels.size();
  }
}

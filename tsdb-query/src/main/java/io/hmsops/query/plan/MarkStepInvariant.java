package io.hmsops.query.plan;

import java.util.function.UnaryOperator;

/**
 * Wraps the largest parts that do not depend on the step: {@code rate(x[5m] @ 60) + y} becomes
 * {@code Once(rate(x[5m] @ 60)) + y}. Range vectors are not wrapped, the call around them is. As in
 * Prometheus parameters of aggregations are left alone: a selector with {@code @} in them moves on
 * with the steps.
 */
final class MarkStepInvariant {
  private MarkStepInvariant() {}

  static Plan rewrite(Plan plan) {
    if (plan instanceof Plan.Constant || plan instanceof Plan.Text || plan instanceof Plan.Once) {
      return plan;
    }
    boolean isRange = plan instanceof Plan.SelectRange || plan instanceof Plan.Subquery;
    if (!isRange && StepInvariance.holdsFor(plan)) {
      return new Plan.Once(rewriteSubqueries(plan));
    }
    return rewriteChildren(plan, MarkStepInvariant::rewrite);
  }

  /** Inside a part that is evaluated once, only subqueries have steps of their own. */
  private static Plan rewriteSubqueries(Plan plan) {
    return plan instanceof Plan.Subquery
        ? plan.mapChildren(MarkStepInvariant::rewrite)
        : rewriteChildren(plan, MarkStepInvariant::rewriteSubqueries);
  }

  private static Plan rewriteChildren(Plan plan, UnaryOperator<Plan> rewrite) {
    return plan instanceof Plan.Aggregate aggregate
        ? new Plan.Aggregate(
            aggregate.operator(),
            rewrite.apply(aggregate.operand()),
            aggregate.parameter(),
            aggregate.grouping(),
            aggregate.without(),
            aggregate.span())
        : plan.mapChildren(rewrite);
  }
}

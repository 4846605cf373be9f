package io.hmsops.query.plan;

import io.hmsops.query.ast.FunctionTrait;

/** Tells whether a plan has the same value at every step of a query. */
final class StepInvariance {
  private StepInvariance() {}

  static boolean holdsFor(Plan plan) {
    return switch (plan) {
      case Plan.Constant _, Plan.Text _, Plan.Once _ -> true;
      case Plan.Select select -> select.shift().isFixed();
      case Plan.SelectRange range -> range.selector().shift().isFixed();
      case Plan.Subquery subquery -> subquery.shift().isFixed();
      case Plan.Negate negate -> holdsFor(negate.operand());
      case Plan.Plus plus -> holdsFor(plus.operand());
      case Plan.Operate operate -> holdsFor(operate.left()) && holdsFor(operate.right());
      // Of a parameter only the value at the first step is looked at then, as in Prometheus.
      case Plan.Aggregate aggregate -> holdsFor(aggregate.operand());
      case Plan.Invoke invoke ->
          (!invoke.signature().is(FunctionTrait.DEPENDS_ON_TIME) || asksForSampleTimes(invoke))
              && invoke.arguments().stream().allMatch(StepInvariance::holdsFor);
    };
  }

  private static boolean asksForSampleTimes(Plan.Invoke invoke) {
    return invoke.signature().is(FunctionTrait.ASKS_FOR_SAMPLE_TIMES)
        && invoke.arguments().getFirst() instanceof Plan.Select;
  }
}

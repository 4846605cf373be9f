package io.hmsops.query.plan;

import java.util.Set;

/** Tells whether a plan has the same value at every step of a query. */
final class StepInvariance {
  /** Functions whose value depends on the evaluation time itself. */
  private static final Set<String> TIME_DEPENDENT =
      Set.of(
          "time",
          "timestamp",
          "start_timestamp",
          "predict_linear",
          "day_of_month",
          "day_of_week",
          "day_of_year",
          "days_in_month",
          "hour",
          "minute",
          "month",
          "year");

  private StepInvariance() {}

  static boolean holdsFor(Plan plan) {
    return switch (plan) {
      case Plan.Constant _, Plan.Text _, Plan.Once _ -> true;
      case Plan.Select select -> select.shift().isFixed();
      case Plan.SelectRange range -> range.selector().shift().isFixed();
      case Plan.Subquery subquery -> subquery.shift().isFixed();
      case Plan.Negate negate -> holdsFor(negate.operand());
      case Plan.Operate operate -> holdsFor(operate.left()) && holdsFor(operate.right());
      case Plan.Aggregate aggregate ->
          holdsFor(aggregate.operand())
              && aggregate.parameter().map(StepInvariance::holdsFor).orElse(true);
      case Plan.Invoke invoke ->
          !TIME_DEPENDENT.contains(invoke.function())
              && invoke.arguments().stream().allMatch(StepInvariance::holdsFor);
    };
  }
}

package io.hmsops.query.plan;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Wraps the largest parts that do not depend on the step: {@code rate(x[5m] @ 60) + y} becomes
 * {@code Once(rate(x[5m] @ 60)) + y}. Range vectors are not wrapped, the call around them is.
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
    return mapChildren(plan, MarkStepInvariant::rewrite);
  }

  /** Inside a part that is evaluated once, only subqueries have steps of their own. */
  private static Plan rewriteSubqueries(Plan plan) {
    return plan instanceof Plan.Subquery
        ? mapChildren(plan, MarkStepInvariant::rewrite)
        : mapChildren(plan, MarkStepInvariant::rewriteSubqueries);
  }

  private static Plan mapChildren(Plan plan, UnaryOperator<Plan> map) {
    return switch (plan) {
      case Plan.Constant _, Plan.Text _, Plan.Select _, Plan.SelectRange _, Plan.Once _ -> plan;
      case Plan.Subquery(var operand, var rangeMs, var stepMs, var shift, var span) ->
          new Plan.Subquery(map.apply(operand), rangeMs, stepMs, shift, span);
      case Plan.Negate(var operand, var span) -> new Plan.Negate(map.apply(operand), span);
      case Plan.Operate(var op, var left, var right, var matching, var bool, var span) ->
          new Plan.Operate(op, map.apply(left), map.apply(right), matching, bool, span);
      case Plan.Aggregate(
              var op,
              var operand,
              var operandSpan,
              var parameter,
              var labels,
              var without,
              var span) ->
          new Plan.Aggregate(
              op, map.apply(operand), operandSpan, parameter.map(map), labels, without, span);
      case Plan.Invoke(var signature, var arguments, var argumentsSpan, var span) ->
          new Plan.Invoke(
              signature, List.copyOf(arguments.stream().map(map).toList()), argumentsSpan, span);
    };
  }
}

package io.hmsops.query.script;

import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.TimeModifiers;
import io.hmsops.query.ast.TimeModifiers.AtModifier;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rewrites a query so that its answer no longer depends on the evaluation time. */
final class FixedTime {
  private static final Set<String> GRID_FUNCTIONS = Set.of("start", "end", "range", "step");
  private static final Set<String> CLOCK_FUNCTIONS =
      Set.of(
          "time",
          "timestamp",
          "predict_linear",
          "day_of_month",
          "day_of_week",
          "day_of_year",
          "days_in_month",
          "hour",
          "minute",
          "month",
          "year");

  private FixedTime() {}

  /** Whether the answer depends on where the query's range starts and ends, or on its step. */
  static boolean dependsOnGrid(Expr expr) {
    return calls(expr, GRID_FUNCTIONS) || usesGridInTimes(expr);
  }

  /** Whether the answer depends on the evaluation time even if all selectors have {@code @}. */
  static boolean dependsOnClock(Expr expr) {
    return calls(expr, CLOCK_FUNCTIONS);
  }

  private static boolean calls(Expr expr, Set<String> functions) {
    return (expr instanceof Expr.Call call && functions.contains(call.function()))
        || children(expr).stream().anyMatch(child -> calls(child, functions));
  }

  private static boolean usesGridInTimes(Expr expr) {
    boolean here =
        switch (expr) {
          case Expr.VectorSelector selector -> usesGrid(selector.time());
          case Expr.MatrixSelector matrix ->
              usesGrid(matrix.range()) || usesGrid(matrix.selector().time());
          case Expr.Subquery subquery ->
              usesGrid(subquery.range())
                  || subquery.step().map(FixedTime::usesGrid).orElse(false)
                  || usesGrid(subquery.time());
          case Expr.NumberLiteral _,
              Expr.StringLiteral _,
              Expr.Aggregation _,
              Expr.Call _,
              Expr.Binary _,
              Expr.Unary _,
              Expr.Paren _ ->
              false;
        };
    return here || children(expr).stream().anyMatch(FixedTime::usesGridInTimes);
  }

  private static boolean usesGrid(TimeModifiers time) {
    boolean at = time.at().filter(fixed -> !(fixed instanceof AtModifier.Timestamp)).isPresent();
    return at || time.offset().map(FixedTime::usesGrid).orElse(false);
  }

  private static boolean usesGrid(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal _ -> false;
      case DurationExpr.Step _, DurationExpr.Range _ -> true;
      case DurationExpr.Sign sign -> usesGrid(sign.operand());
      case DurationExpr.Paren paren -> usesGrid(paren.inner());
      case DurationExpr.Binary binary -> usesGrid(binary.left()) || usesGrid(binary.right());
    };
  }

  private static List<Expr> children(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _ -> List.of();
      case Expr.MatrixSelector matrix -> List.of(matrix.selector());
      case Expr.Subquery subquery -> List.of(subquery.expr());
      case Expr.Aggregation aggregation ->
          aggregation
              .parameter()
              .map(parameter -> List.of(parameter, aggregation.expr()))
              .orElse(List.of(aggregation.expr()));
      case Expr.Call call -> call.arguments();
      case Expr.Binary binary -> List.of(binary.left(), binary.right());
      case Expr.Unary unary -> List.of(unary.expr());
      case Expr.Paren paren -> List.of(paren.expr());
    };
  }

  /**
   * Returns the query with {@code @} on every selector and subquery that has none. What stands
   * inside a subquery follows the subquery's own times and stays as it is.
   */
  static Expr at(Expr expr, long timestampMs) {
    return switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> expr;
      case Expr.VectorSelector selector -> at(selector, timestampMs);
      case Expr.MatrixSelector(var selector, var range, var span) ->
          new Expr.MatrixSelector(at(selector, timestampMs), range, span);
      case Expr.Subquery(var inner, var range, var step, var time, var span) ->
          new Expr.Subquery(inner, range, step, at(time, timestampMs), span);
      case Expr.Aggregation(
              var operator,
              var inner,
              var parameter,
              var grouping,
              var without,
              var span) ->
          new Expr.Aggregation(
              operator,
              at(inner, timestampMs),
              parameter.map(p -> at(p, timestampMs)),
              grouping,
              without,
              span);
      case Expr.Call(var function, var type, var arguments, var argumentsSpan, var span) ->
          new Expr.Call(
              function,
              type,
              arguments.stream().map(argument -> at(argument, timestampMs)).toList(),
              argumentsSpan,
              span);
      case Expr.Binary(var operator, var left, var right, var matching, var bool, var span) ->
          new Expr.Binary(
              operator, at(left, timestampMs), at(right, timestampMs), matching, bool, span);
      case Expr.Unary(var negative, var inner, var span) ->
          new Expr.Unary(negative, at(inner, timestampMs), span);
      case Expr.Paren(var inner, var span) -> new Expr.Paren(at(inner, timestampMs), span);
    };
  }

  private static Expr.VectorSelector at(Expr.VectorSelector selector, long timestampMs) {
    return new Expr.VectorSelector(
        selector.name(),
        selector.matchers(),
        at(selector.time(), timestampMs),
        selector.edges(),
        selector.span());
  }

  private static TimeModifiers at(TimeModifiers time, long timestampMs) {
    return time.at().isPresent()
        ? time
        : new TimeModifiers(time.offset(), Optional.of(new AtModifier.Timestamp(timestampMs)));
  }
}

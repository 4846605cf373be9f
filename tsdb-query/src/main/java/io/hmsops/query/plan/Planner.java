package io.hmsops.query.plan;

import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.FunctionTrait;
import io.hmsops.query.ast.Span;
import io.hmsops.query.ast.TimeModifiers;
import java.util.List;
import java.util.OptionalLong;

/** Turns a checked tree into a plan for given times. */
public final class Planner {
  private final AskedTimes times;
  private final FoldDuration durations;
  private CountsOnly countsOnly = CountsOnly.UNASKED;

  Planner(AskedTimes times) {
    this.times = times;
    this.durations = new FoldDuration(times);
  }

  /**
   * {@return the plan of a query}
   *
   * @param expr the tree, checked
   * @param times the times it is evaluated for
   * @throws PlanException if a duration cannot be computed
   */
  public static Plan plan(Expr expr, QueryTimes times) {
    return new Planner(new AskedTimes(times)).planWhole(expr);
  }

  Plan planWhole(Expr expr) {
    return MarkStepInvariant.rewrite(plan(expr));
  }

  private Plan plan(Expr expr) {
    CountsOnly outer = countsOnly;
    countsOnly = outer.inside(expr);
    Plan plan = planNode(expr);
    countsOnly = outer;
    return plan;
  }

  private Plan planNode(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral(var value, _, var span) -> new Plan.Constant(value, span);
      case Expr.StringLiteral(var value, var span) -> new Plan.Text(value, span);
      case Expr.VectorSelector selector -> select(selector);
      case Expr.MatrixSelector(var selector, var range, var span) ->
          new Plan.SelectRange(select(selector), durations.lengthMs(range), span);
      case Expr.Subquery(var inner, var range, var step, var time, var span) ->
          new Plan.Subquery(
              plan(inner),
              durations.lengthMs(range),
              step.map(this::subqueryStepMs).orElse(times.defaultSubqueryStepMs()),
              shift(time),
              span);
      case Expr.Aggregation(
              var operator,
              var inner,
              var parameter,
              var grouping,
              var without,
              var span) ->
          new Plan.Aggregate(
              operator, plan(inner), parameter.map(this::plan), grouping, without, span);
      case Expr.Call call -> call(call);
      case Expr.Binary(var operator, var left, var right, var matching, var returnBool, var span) ->
          new Plan.Operate(operator, plan(left), plan(right), matching, returnBool, span);
      case Expr.Unary(var negative, var inner, var span) ->
          negative ? negate(plan(inner), span) : plan(inner).at(span);
      case Expr.Paren(var inner, _) -> plan(inner);
    };
  }

  private static Plan negate(Plan operand, Span span) {
    return operand instanceof Plan.Constant(var value, _)
        ? new Plan.Constant(-value, span)
        : new Plan.Negate(operand, span);
  }

  private Plan call(Expr.Call call) {
    FunctionSignature function = call.signature();
    if (function.is(FunctionTrait.IS_QUERY_TIME)) {
      return new Plan.Constant(queryTime(function), call.span());
    }
    List<Plan> arguments = call.arguments().stream().map(a -> argument(function, a)).toList();
    return new Plan.Invoke(function, arguments, call.argumentsSpan(), call.span());
  }

  private double queryTime(FunctionSignature function) {
    return switch (function.name()) {
      case "start" -> times.startMs() / 1000.0;
      case "end" -> times.endMs() / 1000.0;
      case "range" -> times.rangeSeconds();
      case "step" -> times.stepSeconds();
      default -> throw new AssertionError(function.name() + " is no time of a query");
    };
  }

  /**
   * {@return the plan of an argument} A selector behind a plus is no selector any more: functions
   * that ask a selector for the times of its samples must not find one.
   */
  private Plan argument(FunctionSignature function, Expr argument) {
    Plan planned = plan(argument);
    if (!function.is(FunctionTrait.ASKS_FOR_SAMPLE_TIMES)) {
      return planned;
    }
    Expr inner = argument;
    while (inner instanceof Expr.Paren(var wrapped, _)) {
      inner = wrapped;
    }
    return inner instanceof Expr.Unary && planned instanceof Plan.Select
        ? negate(negate(planned, planned.span()), planned.span())
        : planned;
  }

  private long subqueryStepMs(DurationExpr step) {
    long stepMs = durations.lengthMs(step);
    return stepMs == 0 ? times.defaultSubqueryStepMs() : stepMs;
  }

  private Plan.Select select(Expr.VectorSelector selector) {
    return new Plan.Select(
        selector.matchers(),
        shift(selector.time()),
        selector.edges(),
        countsOnly == CountsOnly.ASKED,
        selector.span());
  }

  private Shift shift(TimeModifiers time) {
    long offsetMs = time.offset().map(durations::offsetMs).orElse(0L);
    OptionalLong atMs = time.at().map(at -> OptionalLong.of(atMs(at))).orElse(OptionalLong.empty());
    return new Shift(offsetMs, atMs);
  }

  private long atMs(TimeModifiers.AtModifier at) {
    return switch (at) {
      case TimeModifiers.AtModifier.Timestamp(var timestampMs) -> timestampMs;
      case TimeModifiers.AtModifier.Start _ -> times.startMs();
      case TimeModifiers.AtModifier.End _ -> times.endMs();
    };
  }
}

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

  /** Inside the parameter of an aggregation Prometheus leaves {@code @ start()} out. */
  private boolean inParameter;

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
              operator, plan(inner), parameter.map(this::parameter), grouping, without, span);
      case Expr.Call call -> call(call);
      case Expr.Binary(var operator, var left, var right, var matching, var returnBool, var span) ->
          new Plan.Operate(operator, plan(left), plan(right), matching, returnBool, span);
      case Expr.Unary(var negative, var inner, var span) ->
          negative ? negate(plan(inner), span) : plus(plan(inner), span);
      case Expr.Paren(var inner, _) -> plan(inner);
    };
  }

  private static Plan negate(Plan operand, Span span) {
    return operand instanceof Plan.Constant(var value, _)
        ? new Plan.Constant(-value, span)
        : new Plan.Negate(operand, span);
  }

  private static Plan plus(Plan operand, Span span) {
    return operand instanceof Plan.Constant(var value, _)
        ? new Plan.Constant(value, span)
        : new Plan.Plus(operand, span);
  }

  private Plan parameter(Expr expr) {
    boolean outer = inParameter;
    inParameter = true;
    Plan planned = plan(expr);
    inParameter = outer;
    return planned;
  }

  private Plan call(Expr.Call call) {
    FunctionSignature function = call.signature();
    if (function.is(FunctionTrait.IS_QUERY_TIME)) {
      return new Plan.Constant(queryTime(function), call.span());
    }
    List<Plan> arguments = call.arguments().stream().map(this::plan).toList();
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
    return new Shift(offsetMs, time.at().map(this::atMs).orElse(OptionalLong.empty()));
  }

  private OptionalLong atMs(TimeModifiers.AtModifier at) {
    return switch (at) {
      case TimeModifiers.AtModifier.Timestamp(var timestampMs) -> OptionalLong.of(timestampMs);
      case TimeModifiers.AtModifier.Start _ ->
          inParameter ? OptionalLong.empty() : OptionalLong.of(times.startMs());
      case TimeModifiers.AtModifier.End _ ->
          inParameter ? OptionalLong.empty() : OptionalLong.of(times.endMs());
    };
  }
}

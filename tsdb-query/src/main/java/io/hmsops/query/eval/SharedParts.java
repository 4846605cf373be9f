package io.hmsops.query.eval;

import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.FunctionTrait;
import io.hmsops.query.ast.Span;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.plan.Plan;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The parts of a query that stand in it more than once, wherever they stand: {@code rate(x[5m]) > 1
 * and rate(x[5m])}. The first evaluation is kept for the others until the query ends. Used by the
 * thread that walks the plan.
 */
final class SharedParts {
  private static final Span ANYWHERE = new Span(0, 0);

  private final EvalContext context;

  /** How often a part stands there; only those that do more than once. */
  private final Map<Plan, Integer> uses = new HashMap<>();

  /** Where a part stands for the last time: there Prometheus says what it has to say of it. */
  private final Map<Plan, Plan> last = new HashMap<>();

  private final Map<Use, SeriesMatrix> kept = new HashMap<>();

  private final Set<Plan> tooHigh = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Parts higher than this are not looked for: each would be compared with all others. */
  private static final int MAX_LEVELS = 50;

  private record Use(Plan part, Grid grid) {}

  SharedParts(EvalContext context, Plan plan) {
    this.context = context;
    // What is counted is counted where it stands.
    if (context.counts() == null) {
      levels(plan);
      count(plan);
    }
    uses.values().removeIf(count -> count < 2);
    last.keySet().retainAll(uses.keySet());
  }

  /** Notes the levels of a part and of what is inside; of those that are too high only that. */
  private int levels(Plan plan) {
    int below = 0;
    for (Plan child : plan.children()) {
      below = Math.max(below, levels(child));
    }
    if (below >= MAX_LEVELS) {
      tooHigh.add(plan);
    }
    return below + 1;
  }

  private void count(Plan plan) {
    if (isWorthwhile(plan)) {
      Plan part = withoutSpans(plan);
      last.put(part, plan);
      int before = uses.merge(part, 1, Integer::sum);
      if (before > 1) {
        // What is inside is not evaluated again.
        return;
      }
    }
    plan.children().forEach(this::count);
  }

  private boolean isWorthwhile(Plan plan) {
    return !tooHigh.contains(plan)
        && plan.type() == ValueType.INSTANT_VECTOR
        && !(plan instanceof Plan.Once)
        && !counts(plan);
  }

  private boolean counts(Plan plan) {
    return (plan instanceof Plan.Invoke invoke && counts(invoke.signature()))
        || plan.children().stream().anyMatch(this::counts);
  }

  private boolean counts(FunctionSignature function) {
    // Start timestamps that overlap are counted, too.
    return function.is(FunctionTrait.COUNTS_ANNOTATIONS)
        || (context.usesStartTimestamps() && function.takesRange());
  }

  /**
   * The value of a part, evaluated unless it is known.
   *
   * @param evaluation evaluates a part and charges the budget for it
   */
  SeriesMatrix get(Plan plan, Grid grid, Function<Plan, SeriesMatrix> evaluation) {
    if (uses.isEmpty() || tooHigh.contains(plan) || plan.type() != ValueType.INSTANT_VECTOR) {
      return evaluation.apply(plan);
    }
    Plan part = withoutSpans(plan);
    if (!uses.containsKey(part)) {
      return evaluation.apply(plan);
    }
    Use use = new Use(part, grid);
    SeriesMatrix known = kept.get(use);
    if (known != null) {
      // Each consumer gives back what it was given.
      context.budget().hold(known.cells());
      return known;
    }
    SeriesMatrix matrix = evaluation.apply(last.getOrDefault(part, plan));
    context.budget().hold(matrix.cells());
    kept.put(use, matrix);
    return matrix;
  }

  private static Plan withoutSpans(Plan plan) {
    return switch (plan) {
      case Plan.Constant(var value, _) -> new Plan.Constant(value, ANYWHERE);
      case Plan.Text(var value, _) -> new Plan.Text(value, ANYWHERE);
      case Plan.Select select -> withoutSpan(select);
      case Plan.SelectRange(var selector, var rangeMs, _) ->
          new Plan.SelectRange(withoutSpan(selector), rangeMs, ANYWHERE);
      case Plan.Subquery(var operand, var rangeMs, var stepMs, var shift, _) ->
          new Plan.Subquery(withoutSpans(operand), rangeMs, stepMs, shift, ANYWHERE);
      case Plan.Negate(var operand, _) -> new Plan.Negate(withoutSpans(operand), ANYWHERE);
      case Plan.Plus(var operand, _) -> new Plan.Plus(withoutSpans(operand), ANYWHERE);
      case Plan.Once(var operand) -> new Plan.Once(withoutSpans(operand));
      case Plan.Operate(var op, var left, var right, var matching, var bool, _) ->
          new Plan.Operate(op, withoutSpans(left), withoutSpans(right), matching, bool, ANYWHERE);
      case Plan.Aggregate(var op, var operand, var parameter, var labels, var without, _) ->
          new Plan.Aggregate(
              op,
              withoutSpans(operand),
              parameter.map(SharedParts::withoutSpans),
              labels,
              without,
              ANYWHERE);
      case Plan.Invoke(var signature, var arguments, _, _) ->
          new Plan.Invoke(
              signature,
              arguments.stream().map(SharedParts::withoutSpans).toList(),
              ANYWHERE,
              ANYWHERE);
    };
  }

  private static Plan.Select withoutSpan(Plan.Select select) {
    return new Plan.Select(
        select.matchers(), select.shift(), select.edges(), select.countsOnly(), ANYWHERE);
  }
}

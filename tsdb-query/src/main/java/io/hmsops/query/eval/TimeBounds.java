package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.QueryTimes;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The stretch of time that all selectors of a plan look at together.
 *
 * @param minMs the earliest time, inclusive
 * @param maxMs the latest time, inclusive
 */
record TimeBounds(long minMs, long maxMs) {
  static TimeBounds of(Plan plan, QueryTimes times) {
    long lookbackMs = times.lookbackMs();
    TimeBounds own = new TimeBounds(times.startMs() - lookbackMs, times.endMs());
    return own.plus(new Walk(lookbackMs, (_, _) -> {}).of(plan, times.startMs(), times.endMs()));
  }

  /** Hands out the selectors of a plan, each with the stretch of time that it looks at. */
  static void ofSelectors(
      Plan plan, QueryTimes times, BiConsumer<List<LabelMatcher>, TimeBounds> action) {
    var _ = new Walk(times.lookbackMs(), action).of(plan, times.startMs(), times.endMs());
  }

  private TimeBounds plus(TimeBounds other) {
    return new TimeBounds(Math.min(minMs, other.minMs), Math.max(maxMs, other.maxMs));
  }

  /** Walks through a plan. */
  private record Walk(long lookbackMs, BiConsumer<List<LabelMatcher>, TimeBounds> action) {
    TimeBounds of(Plan plan, long startMs, long endMs) {
      TimeBounds none = new TimeBounds(startMs, endMs);
      return switch (plan) {
        case Plan.Constant _, Plan.Text _ -> none;
        case Plan.Select select ->
            // A smoothed selector also looks ahead.
            found(select, select.shift().apply(startMs), select.shift().apply(endMs));
        case Plan.SelectRange range ->
            found(
                range.selector(),
                range.selector().shift().apply(startMs) - range.rangeMs(),
                range.selector().shift().apply(endMs));
        case Plan.Subquery subquery ->
            of(
                subquery.operand(),
                subquery.shift().apply(startMs) - subquery.rangeMs(),
                subquery.shift().apply(endMs));
        case Plan.Once once -> of(once.operand(), startMs, endMs);
        case Plan.Negate negate -> of(negate.operand(), startMs, endMs);
        case Plan.Plus plus -> of(plus.operand(), startMs, endMs);
        case Plan.Operate operate ->
            of(operate.left(), startMs, endMs).plus(of(operate.right(), startMs, endMs));
        case Plan.Aggregate aggregate -> {
          TimeBounds operand = of(aggregate.operand(), startMs, endMs);
          yield aggregate
              .parameter()
              .map(parameter -> operand.plus(of(parameter, startMs, endMs)))
              .orElse(operand);
        }
        case Plan.Invoke invoke -> {
          TimeBounds bounds = none;
          for (Plan argument : invoke.arguments()) {
            bounds = bounds.plus(of(argument, startMs, endMs));
          }
          if (invoke.function().equals("info")) {
            bounds = new TimeBounds(bounds.minMs() - lookbackMs, bounds.maxMs());
          }
          yield bounds;
        }
      };
    }

    private TimeBounds found(Plan.Select select, long startMs, long endMs) {
      TimeBounds bounds = new TimeBounds(startMs - lookbackMs, endMs + lookbackMs);
      action.accept(select.matchers(), bounds);
      return bounds;
    }
  }
}

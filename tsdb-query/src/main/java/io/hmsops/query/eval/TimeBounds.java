package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.QueryTimes;

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
    return own.plus(of(plan, times.startMs(), times.endMs(), lookbackMs));
  }

  private TimeBounds plus(TimeBounds other) {
    return new TimeBounds(Math.min(minMs, other.minMs), Math.max(maxMs, other.maxMs));
  }

  private static TimeBounds of(Plan plan, long startMs, long endMs, long lookbackMs) {
    TimeBounds none = new TimeBounds(startMs, endMs);
    return switch (plan) {
      case Plan.Constant _, Plan.Text _ -> none;
      case Plan.Select select ->
          // A smoothed selector also looks ahead.
          new TimeBounds(
              select.shift().apply(startMs) - lookbackMs, select.shift().apply(endMs) + lookbackMs);
      case Plan.SelectRange range ->
          new TimeBounds(
              range.selector().shift().apply(startMs) - range.rangeMs() - lookbackMs,
              range.selector().shift().apply(endMs) + lookbackMs);
      case Plan.Subquery subquery ->
          of(
              subquery.operand(),
              subquery.shift().apply(startMs) - subquery.rangeMs(),
              subquery.shift().apply(endMs),
              lookbackMs);
      case Plan.Once once -> of(once.operand(), startMs, endMs, lookbackMs);
      case Plan.Negate negate -> of(negate.operand(), startMs, endMs, lookbackMs);
      case Plan.Operate operate ->
          of(operate.left(), startMs, endMs, lookbackMs)
              .plus(of(operate.right(), startMs, endMs, lookbackMs));
      case Plan.Aggregate aggregate -> {
        TimeBounds operand = of(aggregate.operand(), startMs, endMs, lookbackMs);
        yield aggregate
            .parameter()
            .map(parameter -> operand.plus(of(parameter, startMs, endMs, lookbackMs)))
            .orElse(operand);
      }
      case Plan.Invoke invoke -> {
        TimeBounds bounds = none;
        for (Plan argument : invoke.arguments()) {
          bounds = bounds.plus(of(argument, startMs, endMs, lookbackMs));
        }
        if (invoke.function().equals("info")) {
          bounds = new TimeBounds(bounds.minMs() - lookbackMs, bounds.maxMs());
        }
        yield bounds;
      }
    };
  }
}

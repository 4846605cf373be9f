package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.QueryTimes;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A selector with the stretch of time that a query looks at through it, or a somewhat longer one.
 *
 * @param matchers what its series pass, in no order
 * @param minMs the earliest time, inclusive
 * @param maxMs the latest time, inclusive
 */
public record SelectorRange(Set<LabelMatcher> matchers, long minMs, long maxMs) {
  /** Copies the matchers. */
  public SelectorRange {
    matchers = Set.copyOf(matchers);
  }

  /**
   * {@return the selectors of a plan, each as often as it stands there}
   *
   * @param plan the plan
   * @param times when it is evaluated
   */
  public static List<SelectorRange> of(Plan plan, QueryTimes times) {
    List<SelectorRange> ranges = new ArrayList<>();
    TimeBounds.ofSelectors(
        plan,
        times,
        (matchers, bounds) ->
            ranges.add(new SelectorRange(Set.copyOf(matchers), bounds.minMs(), bounds.maxMs())));
    return ranges;
  }

  /**
   * {@return whether another range of the same selector has a time in common with this one}
   *
   * @param other the other range
   */
  public boolean overlaps(SelectorRange other) {
    return minMs <= other.maxMs && other.minMs <= maxMs;
  }

  /**
   * {@return this range and another one of the same selector together}
   *
   * @param other the other range
   */
  public SelectorRange plus(SelectorRange other) {
    return new SelectorRange(matchers, Math.min(minMs, other.minMs), Math.max(maxMs, other.maxMs));
  }

  /**
   * {@return whether a stretch of time lies in this one}
   *
   * @param fromMs its first time
   * @param toMs its last time
   */
  public boolean covers(long fromMs, long toMs) {
    return minMs <= fromMs && toMs <= maxMs;
  }
}

package io.hmsops.query.plan;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * A query read and checked once, to be run at any times with one default subquery step.
 * Thread-safe.
 */
public final class PreparedQuery {
  private final Expr expr;
  private final ValueType type;

  /** The plan, once it is known not to depend on the times. */
  private volatile @Nullable Plan plan;

  private volatile long heavySteps = Long.MAX_VALUE;

  /**
   * Creates a query.
   *
   * @param expr the tree, checked
   */
  public PreparedQuery(Expr expr) {
    this.expr = expr;
    this.type = expr.type();
  }

  /** {@return the tree} */
  public Expr expr() {
    return expr;
  }

  /** {@return the type of the answer} */
  public ValueType type() {
    return type;
  }

  /**
   * {@return the plan for given times}
   *
   * @param times the times; their default subquery step is always the same
   * @throws PlanException if a duration cannot be computed
   */
  public Plan plan(QueryTimes times) {
    Plan known = plan;
    if (known != null) {
      return known;
    }
    AskedTimes asked = new AskedTimes(times);
    Plan made = new Planner(asked).planWhole(expr);
    if (!asked.asked()) {
      plan = made;
    }
    return made;
  }

  /**
   * {@return whether the query was a large one when it ran with this many steps or fewer}
   *
   * @param steps how many steps
   */
  public boolean wasLarge(long steps) {
    return steps >= heavySteps;
  }

  /**
   * Takes note of how the query ran, so that it need not be found out again.
   *
   * @param steps how many steps
   * @param large whether it was a large one
   */
  public void ran(long steps, boolean large) {
    if (large) {
      heavySteps = Math.min(steps, heavySteps);
    } else if (steps >= heavySteps) {
      heavySteps = steps + 1;
    }
  }
}

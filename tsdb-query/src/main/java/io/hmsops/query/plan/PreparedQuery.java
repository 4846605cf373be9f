package io.hmsops.query.plan;

import io.hmsops.query.ast.DeepTrees;
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
  private final boolean deep;

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
    this.deep = DeepTrees.isDeep(expr);
    this.type = walk(expr::type);
  }

  /** {@return whether tree and plan are {@link DeepTrees#isDeep deep}} */
  public boolean isDeep() {
    return deep;
  }

  /**
   * {@return what a walk over tree or plan comes to, on a stack that is deep enough}
   *
   * @param walk the walk
   * @param <T> what it comes to
   * @param <E> how it fails
   * @throws E if the walk fails
   */
  public <T, E extends Exception> T walk(DeepTrees.Walk<T, E> walk) throws E {
    return deep ? DeepTrees.onDeepStack(walk) : walk.run();
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
    Plan made = walk(() -> new Planner(asked).planWhole(expr));
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

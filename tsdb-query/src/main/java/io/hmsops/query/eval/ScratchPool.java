package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryBudget;
import java.util.ArrayDeque;

/** The scratches of one query; never more than threads work on it at a time. Thread-safe. */
final class ScratchPool {
  private final QueryBudget budget;
  private final ArrayDeque<Scratch> idle = new ArrayDeque<>();

  ScratchPool(QueryBudget budget) {
    this.budget = budget;
  }

  synchronized Scratch take() {
    return idle.isEmpty() ? new Scratch(budget) : idle.removeLast();
  }

  /**
   * Takes a scratch back, and adds up what was read with it.
   *
   * @throws io.hmsops.query.limit.QueryFailure if the query must end
   */
  void give(Scratch scratch) {
    scratch.meter().flush();
    synchronized (this) {
      idle.addLast(scratch);
    }
  }
}

package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryBudget;

/**
 * Asks the budget now and then while windows are computed whose samples are each looked at: long
 * windows of many steps are work without reading anything. Belongs to one worker.
 */
final class WindowMeter {
  /** After so many samples looked at, and the window at hand, a query that must end does. */
  static final int CHECK_INTERVAL = 1 << 16;

  private final QueryBudget budget;
  private int looked;

  WindowMeter(QueryBudget budget) {
    this.budget = budget;
  }

  /**
   * Counts samples that are about to be looked at.
   *
   * @throws io.hmsops.query.limit.QueryFailure if the query must end
   */
  void look(int samples) {
    looked += samples;
    if (looked >= CHECK_INTERVAL) {
      looked = 0;
      budget.check();
    }
  }
}

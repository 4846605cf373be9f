package io.hmsops.query.plan;

/** The times of a query, for a planner; knows whether the plan depends on them. */
final class AskedTimes {
  private final QueryTimes times;
  private boolean asked;

  AskedTimes(QueryTimes times) {
    this.times = times;
  }

  /** Whether anything that differs between two runs of one query was asked for. */
  boolean asked() {
    return asked;
  }

  long startMs() {
    asked = true;
    return times.startMs();
  }

  long endMs() {
    asked = true;
    return times.endMs();
  }

  double rangeSeconds() {
    asked = true;
    return (times.endMs() - times.startMs()) / 1000.0;
  }

  double stepSeconds() {
    asked = true;
    return times.stepMs() / 1000.0;
  }

  /** Not a time of the query, but of the engine. */
  long defaultSubqueryStepMs() {
    return times.defaultSubqueryStepMs();
  }
}

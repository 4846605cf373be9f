package io.hmsops.query.eval;

/**
 * The evaluation times of a query or subquery.
 *
 * @param startMs the first
 * @param stepMs their distance
 * @param count how many, at least 0
 * @param isInstant whether only one time was asked for; a range may be too short for a second one
 */
record Grid(long startMs, long stepMs, int count, boolean isInstant) {
  static Grid of(long startMs, long endMs, long stepMs) {
    if (endMs < startMs) {
      return new Grid(startMs, stepMs, 0, false);
    }
    return stepMs == 0
        ? new Grid(startMs, 0, 1, true)
        : new Grid(
            startMs, stepMs, Math.toIntExact((endMs - startMs) / stepMs + 1), startMs == endMs);
  }

  long timeMs(int step) {
    return startMs + step * stepMs;
  }

  long endMs() {
    return timeMs(count - 1);
  }

  /** Only the first time. */
  Grid first() {
    return new Grid(startMs, stepMs, 1, true);
  }
}

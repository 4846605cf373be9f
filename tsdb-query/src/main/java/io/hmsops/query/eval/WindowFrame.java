package io.hmsops.query.eval;

import io.hmsops.query.plan.Shift;

/**
 * Where the windows of a selector lie: at each step the samples with {@code startMs − reachMs} <
 * time ≤ {@code endMs + aheadMs}.
 *
 * @param grid the evaluation times
 * @param shift offset and {@code @} of the selector
 * @param written the shift by which samples are read; those that it does not see are not there
 * @param rangeMs the length of the range
 * @param reachMs how far before the start samples are still seen
 * @param aheadMs how far behind the end samples are still seen
 */
record WindowFrame(
    Grid grid, Shift shift, Shift written, long rangeMs, long reachMs, long aheadMs) {
  WindowFrame(Grid grid, Shift shift, long rangeMs, long reachMs, long aheadMs) {
    this(grid, shift, shift.withoutSlip(), rangeMs, reachMs, aheadMs);
  }

  int steps() {
    return grid.count();
  }

  long endMs(int step) {
    return shift.apply(grid.timeMs(step));
  }

  long startMs(int step) {
    return endMs(step) - rangeMs;
  }

  /** The earliest time a sample may have. */
  long minMs() {
    return Math.max(minMs(shift), minMs(written));
  }

  private long minMs(Shift by) {
    return by.apply(grid.startMs()) - rangeMs - reachMs + 1;
  }

  /** The latest time a sample may have. */
  long maxMs() {
    return Math.min(maxMs(shift), maxMs(written));
  }

  private long maxMs(Shift by) {
    return by.apply(grid.endMs()) + aheadMs;
  }

  /** Whether some window has a part of what lies between two times, but not all of it. */
  boolean cuts(long firstMs, long lastMs) {
    if (!written.equals(shift)) {
      // Not all of a window is read.
      return true;
    }
    long from = startMs(0) - reachMs;
    long to = endMs(0) + aheadMs;
    return hasEdge(from, firstMs, lastMs) || hasEdge(to, firstMs, lastMs);
  }

  /**
   * Whether an edge, of which only the first is known, has the first time before it or at it, and
   * the last one behind it.
   */
  private boolean hasEdge(long firstEdgeMs, long firstMs, long lastMs) {
    if (shift.isFixed() || grid.stepMs() == 0) {
      return firstMs <= firstEdgeMs && firstEdgeMs < lastMs;
    }
    long step = Math.max(0, Math.ceilDiv(firstMs - firstEdgeMs, grid.stepMs()));
    return step < grid.count() && firstEdgeMs + step * grid.stepMs() < lastMs;
  }
}

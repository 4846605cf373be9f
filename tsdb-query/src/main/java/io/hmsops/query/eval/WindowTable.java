package io.hmsops.query.eval;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The windows of all steps over one column of timestamps, as indexes: worked out once and shared by
 * all series with equal timestamps. Read-only but for what is derived from it on demand; used by
 * one worker.
 */
final class WindowTable {
  private final WindowFrame frame;
  private final long[] timesMs;
  private final int[] from;
  private final int[] to;
  private final long[] present;
  private final long[] pairs;
  private final boolean anyPresent;
  private @Nullable RateEdges rateEdges;

  /** Copies the timestamps. */
  WindowTable(WindowFrame frame, long[] timesMs, int count) {
    int steps = frame.steps();
    this.frame = frame;
    this.timesMs = Arrays.copyOf(timesMs, count);
    this.from = new int[steps];
    this.to = new int[steps];
    this.present = new long[Column.words(steps)];
    this.pairs = new long[Column.words(steps)];
    int first = 0;
    int behind = 0;
    boolean any = false;
    for (int step = 0; step < steps; step++) {
      long afterMs = frame.startMs(step) - frame.reachMs();
      long lastMs = frame.endMs(step) + frame.aheadMs();
      while (first < count && timesMs[first] <= afterMs) {
        first++;
      }
      behind = Math.max(behind, first);
      while (behind < count && timesMs[behind] <= lastMs) {
        behind++;
      }
      from[step] = first;
      to[step] = behind;
      if (behind > first) {
        any = true;
        present[step >>> 6] |= 1L << step;
      }
      if (behind > first + 1) {
        pairs[step >>> 6] |= 1L << step;
      }
    }
    this.anyPresent = any;
  }

  /** Whether this is the table of such timestamps. */
  boolean isOf(Samples samples) {
    return samples.count() == timesMs.length
        && Arrays.equals(timesMs, 0, timesMs.length, samples.timesMs(), 0, timesMs.length);
  }

  WindowFrame frame() {
    return frame;
  }

  int steps() {
    return from.length;
  }

  /** The first sample of each window. */
  int[] from() {
    return from;
  }

  /** The end of each window, exclusive. */
  int[] to() {
    return to;
  }

  boolean isEmpty(int step) {
    return from[step] == to[step];
  }

  /** Whether any window has a sample. */
  boolean hasAny() {
    return anyPresent;
  }

  /** A bit for each step whose window has a sample. */
  long[] present() {
    return present;
  }

  /** A bit for each step whose window has at least two samples. */
  long[] pairs() {
    return pairs;
  }

  long timeMs(int index) {
    return timesMs[index];
  }

  /** What extrapolation needs to know of the windows. One table serves one function. */
  RateEdges rateEdges(boolean perSecond) {
    RateEdges edges = rateEdges;
    if (edges == null || edges.perSecond() != perSecond) {
      edges = new RateEdges(this, perSecond);
      rateEdges = edges;
    }
    return edges;
  }
}

package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;

/** {@code changes} and {@code resets}: how often neighbours differ in a certain way. */
final class ChangeWindows {
  private final WindowCall call;
  private final StartTimes startTimes;

  /** Looks at a sample and the one before it. */
  @FunctionalInterface
  private interface Neighbours {
    boolean differ(Window window, int current, int previous);
  }

  ChangeWindows(WindowCall call) {
    this.call = call;
    this.startTimes = new StartTimes(call);
  }

  void changes(Window window, Column out) {
    count(window, out, ChangeWindows::hasChanged);
  }

  void resets(Window window, Column out) {
    count(window, out, this::isReset);
  }

  private void count(Window window, Column out, Neighbours neighbours) {
    int first = window.from();
    if (call.edges() == Edges.ANCHORED) {
      if (window.samples().timeMs(window.to() - 1) <= window.startMs()) {
        return;
      }
      while (first + 1 < window.to() && window.samples().timeMs(first + 1) <= window.startMs()) {
        first++;
      }
    }
    int count = 0;
    for (int i = first + 1; i < window.to(); i++) {
      if (neighbours.differ(window, i, i - 1)) {
        count++;
      }
    }
    out.set(window.step(), count);
  }

  private static boolean hasChanged(Window window, int current, int previous) {
    Histogram now = window.samples().histogram(current);
    Histogram before = window.samples().histogram(previous);
    if (now != null && before != null) {
      return !HistogramMath.same(now, before);
    }
    if (now != null || before != null) {
      return true;
    }
    double value = window.samples().value(current);
    double old = window.samples().value(previous);
    return value != old && !(Double.isNaN(value) && Double.isNaN(old));
  }

  private boolean isReset(Window window, int current, int previous) {
    if (startTimes.isReset(window, current, previous)) {
      return true;
    }
    Histogram now = window.samples().histogram(current);
    Histogram before = window.samples().histogram(previous);
    if (now != null && before != null) {
      return HistogramMath.isReset(now, before);
    }
    if (now != null || before != null) {
      return true;
    }
    return window.samples().value(current) < window.samples().value(previous);
  }
}

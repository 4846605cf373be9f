package io.hmsops.query.eval;

import io.hmsops.tsdb.sample.Histogram;

/** Range functions that pick or count samples of any kind. */
final class SampleWindows {
  private SampleWindows() {}

  static void count(Window window, Column out) {
    out.set(window.step(), window.size());
  }

  static void present(Window window, Column out) {
    out.set(window.step(), 1);
  }

  static void last(Window window, Column out) {
    copy(window, window.to() - 1, out);
  }

  static void first(Window window, Column out) {
    copy(window, window.from(), out);
  }

  private static void copy(Window window, int index, Column out) {
    Histogram histogram = window.samples().histogram(index);
    if (histogram != null) {
      out.set(window.step(), histogram);
    } else {
      out.set(window.step(), window.samples().value(index));
    }
  }

  static void timeOfFirst(Window window, Column out) {
    out.set(window.step(), window.samples().timeMs(window.from()) / 1000.0);
  }

  static void timeOfLast(Window window, Column out) {
    out.set(window.step(), window.samples().timeMs(window.to() - 1) / 1000.0);
  }
}

package io.hmsops.query.script;

import java.util.List;

/** One command of a script. */
sealed interface Command {
  /** {@code clear}: a new, empty store. */
  record Clear() implements Command {}

  /** {@code load}: adds samples, and custom-bucket histograms made of classic ones if asked for. */
  record Load(int line, long stepMs, boolean withCustomBuckets, List<SeriesLine> series)
      implements Command {
    public Load {
      series = List.copyOf(series);
    }
  }

  /**
   * {@code eval}.
   *
   * @param stepMs 0 for an instant query
   */
  record Eval(
      int line, String query, long startMs, long endMs, long stepMs, Expectation expectation)
      implements Command {
    boolean isInstant() {
      return stepMs == 0;
    }
  }
}

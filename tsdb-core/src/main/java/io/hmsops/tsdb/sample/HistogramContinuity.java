package io.hmsops.tsdb.sample;

import java.util.Arrays;

/**
 * Decides which native histograms a store may keep in one run. Within a run nothing falls and the
 * layout's fixed parts stay, so a reader knows that later samples of a run did not start anew.
 */
public final class HistogramContinuity {
  private HistogramContinuity() {}

  /**
   * {@return whether a histogram continues the run that ends with the one before it} Gauges
   * continue gauges, whatever their populations. A staleness marker continues any run; nothing but
   * another marker follows it in the same run.
   *
   * @param before the sample before
   * @param next the sample to add
   */
  public static boolean continues(Histogram before, Histogram next) {
    if (next.isStale()) {
      return true;
    }
    if (before.isStale() || next.resetHint() == CounterResetHint.RESET) {
      return false;
    }
    boolean gauge = next.resetHint() == CounterResetHint.GAUGE;
    if (gauge != (before.resetHint() == CounterResetHint.GAUGE)
        || before.wholeNumbers() != next.wholeNumbers()
        || before.schema() != next.schema()
        || before.zeroThreshold() != next.zeroThreshold()
        || !Arrays.equals(before.customBounds(), next.customBounds())) {
      return false;
    }
    return gauge
        || (before.count() <= next.count()
            && before.zeroCount() <= next.zeroCount()
            && grew(
                before.positiveSpans(),
                before.positiveBuckets(),
                next.positiveSpans(),
                next.positiveBuckets())
            && grew(
                before.negativeSpans(),
                before.negativeBuckets(),
                next.negativeSpans(),
                next.negativeBuckets()));
  }

  /**
   * {@return a stored histogram as it is read back} What was written as a reset is one wherever it
   * stands, also when it is stored anew; gauges are gauges. Of the others the first of a run is
   * unknown, since what stands before it may change, and later ones are no resets. Of a staleness
   * marker nothing is said.
   *
   * @param written the histogram with the hint it was written with
   * @param firstOfRun whether it is the first of its run
   */
  public static Histogram asRead(Histogram written, boolean firstOfRun) {
    if (written.isStale()) {
      return written.withResetHint(CounterResetHint.UNKNOWN);
    }
    return switch (written.resetHint()) {
      case GAUGE, RESET -> written;
      case UNKNOWN, NOT_RESET ->
          written.withResetHint(firstOfRun ? CounterResetHint.UNKNOWN : CounterResetHint.NOT_RESET);
    };
  }

  /**
   * {@return a histogram as it is read back when the first of its run was deleted, and all between
   * them}
   *
   * @param first the first of the run as it was read
   * @param next the histogram as it was read
   */
  public static Histogram asReadInsteadOf(Histogram first, Histogram next) {
    boolean reset =
        first.resetHint() == CounterResetHint.RESET
            && next.resetHint() == CounterResetHint.NOT_RESET;
    return reset ? next.withResetHint(CounterResetHint.RESET) : asRead(next, true);
  }

  /** No bucket that held something is gone or holds less. */
  private static boolean grew(
      int[] spansBefore, double[] before, int[] spansAfter, double[] after) {
    Buckets old = new Buckets(spansBefore, before);
    Buckets now = new Buckets(spansAfter, after);
    boolean more = now.next();
    while (old.next()) {
      while (more && now.index < old.index) {
        more = now.next();
      }
      double population = more && now.index == old.index ? now.population : 0;
      if (!(old.population <= population)) {
        return false;
      }
    }
    return true;
  }

  /** Walks the buckets of one side by ascending index. */
  private static final class Buckets {
    private final int[] spans;
    private final double[] populations;
    private int span;
    private int leftInSpan;
    private int position = -1;
    private int index = -1;
    private double population;

    Buckets(int[] spans, double[] populations) {
      this.spans = spans;
      this.populations = populations;
    }

    boolean next() {
      if (position + 1 == populations.length) {
        return false;
      }
      while (leftInSpan == 0) {
        // The first offset counts from 0, the later ones from the bucket after the last run.
        index += spans[span];
        leftInSpan = spans[span + 1];
        span += 2;
      }
      leftInSpan--;
      index++;
      population = populations[++position];
      return true;
    }
  }
}

package io.hmsops.query.eval;

/**
 * How far the difference of a window's last and first sample is extrapolated, as far as it follows
 * from timestamps alone: one number per step and kind, each computed by the same operations as for
 * a single window.
 */
final class RateEdges {
  /**
   * A gap to the edge of this many average distances means that the series begins or ends there.
   */
  static final double EDGE_DISTANCES = 1.1;

  /** Rounding cannot bring the two sides of a comparison with this distance together. */
  private static final double SURELY_MORE = 1 + 1e-9;

  private final boolean perSecond;
  private final double rangeSeconds;
  private final int[] first;
  private final int[] last;
  private final double[] sampled;
  private final double[] toStart;
  private final double[] toEnd;
  private final double[] factors;
  private final double[] guards;

  RateEdges(WindowTable table, boolean perSecond) {
    int steps = table.steps();
    this.perSecond = perSecond;
    this.rangeSeconds = table.frame().rangeMs() / 1000.0;
    this.first = new int[steps];
    this.last = new int[steps];
    this.sampled = new double[steps];
    this.toStart = new double[steps];
    this.toEnd = new double[steps];
    this.factors = new double[steps];
    this.guards = new double[steps];
    for (int step = 0; step < steps; step++) {
      if (table.to()[step] - table.from()[step] >= 2) {
        add(table, step);
      }
    }
  }

  private void add(WindowTable table, int step) {
    first[step] = table.from()[step];
    last[step] = table.to()[step] - 1;
    long firstMs = table.timeMs(first[step]);
    long lastMs = table.timeMs(last[step]);
    double seconds = (lastMs - firstMs) / 1000.0;
    double distance = seconds / (last[step] - first[step]);
    double threshold = distance * EDGE_DISTANCES;
    double start = (firstMs - table.frame().startMs(step)) / 1000.0;
    double end = (table.frame().endMs(step) - lastMs) / 1000.0;
    sampled[step] = seconds;
    toStart[step] = start >= threshold ? distance / 2 : start;
    toEnd[step] = end >= threshold ? distance / 2 : end;
    factors[step] = factor(step, toStart[step]);
    guards[step] = toStart[step] / seconds * SURELY_MORE;
  }

  private double factor(int step, double start) {
    double factor = (sampled[step] + start + toEnd[step]) / sampled[step];
    return perSecond ? factor / rangeSeconds : factor;
  }

  boolean perSecond() {
    return perSecond;
  }

  /** The first sample of each window of at least two, else 0. */
  int[] first() {
    return first;
  }

  /** The last sample of each window of at least two, else 0. */
  int[] last() {
    return last;
  }

  /** What an increase is multiplied by, unless the counter would have been below zero. */
  double[] factors() {
    return factors;
  }

  /** If the first value is at least this share of the increase, the counter was not below zero. */
  double[] guards() {
    return guards;
  }

  /** What the increase of a counter is multiplied by that was at zero within the window, maybe. */
  double limited(int step, double increase, double firstValue) {
    // A counter cannot have been below zero: the line is not drawn on beyond that.
    double toZero = sampled[step] * (firstValue / increase);
    return factor(step, toZero < toStart[step] ? toZero : toStart[step]);
  }
}

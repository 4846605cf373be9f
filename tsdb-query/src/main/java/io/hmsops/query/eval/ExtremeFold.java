package io.hmsops.query.eval;

import java.util.Arrays;

/** {@code min} and {@code max}: NaN only if all are. */
final class ExtremeFold implements Fold {
  private final AggregationCall call;
  private final boolean max;

  /** NaN where there is nothing yet: any value replaces it. */
  private final double[] extremes;

  private final long[] seen;

  ExtremeFold(AggregationCall call, boolean max) {
    this.call = call;
    this.max = max;
    this.extremes = new double[call.steps()];
    this.seen = new long[Column.words(call.steps())];
    Arrays.fill(extremes, Double.NaN);
  }

  @Override
  public void add(int index, Column member) {
    if (member.hasHistograms()) {
      call.informIgnoredHistogram();
    }
    add(member.values(), member.floatBits());
  }

  private void add(double[] values, long[] bits) {
    if (Column.hasFirst(bits, extremes.length)) {
      addAll(values);
    } else {
      addSome(values, bits);
    }
    for (int word = 0; word < seen.length; word++) {
      seen[word] |= bits[word];
    }
  }

  private void addAll(double[] values) {
    if (max) {
      for (int step = 0; step < extremes.length; step++) {
        extremes[step] = larger(extremes[step], values[step]);
      }
    } else {
      for (int step = 0; step < extremes.length; step++) {
        extremes[step] = smaller(extremes[step], values[step]);
      }
    }
  }

  private void addSome(double[] values, long[] bits) {
    for (int step = 0; step < extremes.length; step++) {
      if ((bits[step >>> 6] & (1L << step)) != 0) {
        double old = extremes[step];
        extremes[step] = max ? larger(old, values[step]) : smaller(old, values[step]);
      }
    }
  }

  private static double larger(double old, double value) {
    return value > old || Double.isNaN(old) ? value : old;
  }

  private static double smaller(double old, double value) {
    return value < old || Double.isNaN(old) ? value : old;
  }

  @Override
  public void merge(Fold later) {
    ExtremeFold other = (ExtremeFold) later;
    add(other.extremes, other.seen);
  }

  @Override
  public void finish(Column out) {
    System.arraycopy(extremes, 0, out.values(), 0, extremes.length);
    out.setFloats(seen);
  }
}

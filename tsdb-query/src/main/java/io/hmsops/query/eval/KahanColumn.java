package io.hmsops.query.eval;

/*
 * What an addition has lost is the same number whether it is found by Neumaier's choice of the larger
 * operand or by Knuth's six operations: both are exact unless something overflows. Knuth's has no
 * branch, so that the compiler takes several steps at a time; a look at the values comes first.
 */
/**
 * A Kahan–Neumaier sum for each step; each is bit-equal to a {@link
 * io.hmsops.query.function.KahanSum} of the same numbers. Not thread-safe.
 */
final class KahanColumn {
  /** So many of these, or of smaller ones, are far from overflowing. */
  private static final double MODERATE = 1e290;

  private final double[] sums;
  private final double[] carries;
  private final long[] seen;

  /** Whether all values so far were moderate ones. */
  private boolean moderate = true;

  KahanColumn(int steps) {
    sums = new double[steps];
    carries = new double[steps];
    seen = new long[Column.words(steps)];
  }

  /** Adds the floats of a column. */
  void add(Column member) {
    long[] bits = member.floatBits();
    double[] values = member.values();
    if (member.isFullOfFloats()) {
      addRun(values, 0, sums.length);
      System.arraycopy(bits, 0, seen, 0, seen.length);
      return;
    }
    for (int word = 0; word < bits.length; word++) {
      long rest = bits[word];
      seen[word] |= rest;
      while (rest != 0) {
        int step = (word << 6) + Long.numberOfTrailingZeros(rest);
        int run = Long.numberOfTrailingZeros(~(rest >>> step));
        addRun(values, step, step + run);
        rest = run == Long.SIZE ? 0 : rest & ~(((1L << run) - 1) << step);
      }
    }
  }

  private void addRun(double[] values, int from, int to) {
    moderate = moderate && areModerate(values, from, to);
    if (moderate) {
      addModerate(values, from, to);
    } else {
      addAny(values, from, to);
    }
  }

  private static boolean areModerate(double[] values, int from, int to) {
    for (int step = from; step < to; step++) {
      if (!(Math.abs(values[step]) < MODERATE)) {
        return false;
      }
    }
    return true;
  }

  private void addModerate(double[] values, int from, int to) {
    double[] into = sums;
    double[] lost = carries;
    for (int step = from; step < to; step++) {
      double sum = into[step];
      double value = values[step];
      double total = sum + value;
      double added = total - sum;
      lost[step] += (sum - (total - added)) + (value - added);
      into[step] = total;
    }
  }

  private void addAny(double[] values, int from, int to) {
    for (int step = from; step < to; step++) {
      double sum = sums[step];
      double value = values[step];
      double total = sum + value;
      double lost =
          Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
      carries[step] = Double.isInfinite(total) ? 0 : carries[step] + lost;
      sums[step] = total;
    }
  }

  /** Adds the sums of later numbers, with what they have lost. */
  void merge(KahanColumn later) {
    moderate &= later.moderate;
    addRun(later.sums, 0, sums.length);
    for (int step = 0; step < sums.length; step++) {
      carries[step] = Double.isInfinite(sums[step]) ? 0 : carries[step] + later.carries[step];
    }
    for (int word = 0; word < seen.length; word++) {
      seen[word] |= later.seen[word];
    }
  }

  /** Whether anything was added at a step. */
  boolean has(int step) {
    return (seen[step >>> 6] & (1L << step)) != 0;
  }

  /** The sum; an infinite one ignores the compensation. */
  double value(int step) {
    return Double.isInfinite(sums[step]) ? sums[step] : sums[step] + carries[step];
  }
}

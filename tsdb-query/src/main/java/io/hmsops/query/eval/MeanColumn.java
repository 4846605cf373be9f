package io.hmsops.query.eval;

import io.hmsops.query.function.Mean;
import org.jspecify.annotations.Nullable;

/**
 * A mean for each step; each is bit-equal to a {@link Mean} of the same numbers, which also takes
 * over where a sum would overflow. Not thread-safe.
 */
final class MeanColumn {
  private final double[] sums;
  private final double[] carries;
  private final int[] counts;
  private @Nullable Mean @Nullable [] incremental;

  MeanColumn(int steps) {
    sums = new double[steps];
    carries = new double[steps];
    counts = new int[steps];
  }

  /** Adds the floats of a column. */
  void add(Column member) {
    double[] values = member.values();
    for (int step = 0; step < sums.length; step++) {
      if (member.hasFloat(step)) {
        add(step, values[step]);
      }
    }
  }

  private void add(int step, double value) {
    double sum = sums[step];
    double total = sum + value;
    if (counts[step] == 0) {
      sums[step] = value;
    } else if (Double.isInfinite(total) || incremental != null) {
      addIncrementally(step, value);
    } else {
      carries[step] += lost(sum, value, total);
      sums[step] = total;
    }
    counts[step]++;
  }

  private static double lost(double sum, double value, double total) {
    return Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
  }

  /** Some step has overflown, maybe this one. */
  private void addIncrementally(int step, double value) {
    Mean mean = mean(step);
    mean.add(value);
    keep(step, mean);
  }

  private Mean mean(int step) {
    Mean mean = incremental == null ? null : incremental[step];
    return mean != null ? mean : new Mean(sums[step], carries[step], counts[step]);
  }

  private void keep(int step, Mean mean) {
    if (incremental == null) {
      incremental = new Mean[sums.length];
    }
    incremental[step] = mean;
  }

  /** Adds the means of later numbers. */
  void merge(MeanColumn later) {
    for (int step = 0; step < sums.length; step++) {
      if (later.counts[step] == 0) {
        continue;
      }
      double total = sums[step] + later.sums[step];
      if (Double.isInfinite(total) || incremental != null || later.incremental != null) {
        Mean mean = mean(step);
        mean.merge(later.mean(step));
        keep(step, mean);
      } else {
        carries[step] += lost(sums[step], later.sums[step], total) + later.carries[step];
        sums[step] = total;
      }
      counts[step] += later.counts[step];
    }
  }

  /** Whether anything was added at a step. */
  boolean has(int step) {
    return counts[step] > 0;
  }

  double value(int step) {
    return mean(step).value();
  }
}

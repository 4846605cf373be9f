package io.hmsops.query.function;

import java.util.Arrays;

/** The φ-quantile of plain numbers. */
public final class Quantile {
  private Quantile() {}

  /**
   * {@return the φ-quantile, linear between the two nearest ranks; NaN counts as the lowest value}
   *
   * @param q φ; below 0 the answer is −Inf, above 1 +Inf
   * @param values the numbers, in any order; sorted by this call
   * @param count how many of them are defined
   */
  public static double of(double q, double[] values, int count) {
    if (count == 0 || Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    sortNanFirst(values, count);
    double rank = q * (count - 1);
    int lower = (int) Math.max(0, Math.floor(rank));
    int upper = Math.min(count - 1, lower + 1);
    double weight = rank - Math.floor(rank);
    return values[lower] * (1 - weight) + values[upper] * weight;
  }

  private static void sortNanFirst(double[] values, int count) {
    Arrays.sort(values, 0, count);
    int numbers = count;
    while (numbers > 0 && Double.isNaN(values[numbers - 1])) {
      numbers--;
    }
    int nans = count - numbers;
    if (nans > 0) {
      System.arraycopy(values, 0, values, nans, numbers);
      Arrays.fill(values, 0, nans, Double.NaN);
    }
  }
}

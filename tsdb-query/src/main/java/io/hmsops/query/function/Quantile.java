package io.hmsops.query.function;

import java.util.Arrays;

/*
 * Two neighbouring ranks are needed, not the order of all numbers: quickselect finds the lower one, and the upper one is
 * the least of what is behind it. Pivots are medians of three; should they be bad ones too often, the rest is sorted.
 */
/** The φ-quantile of plain numbers. */
public final class Quantile {
  /** So few numbers are sorted at once. */
  private static final int FEW = 48;

  private Quantile() {}

  /**
   * {@return the φ-quantile, linear between the two nearest ranks; NaN counts as the lowest value}
   *
   * @param q φ; below 0 the answer is −Inf, above 1 +Inf
   * @param values the numbers, in any order; put into another order by this call
   * @param count how many of them are defined
   */
  public static double of(double q, double[] values, int count) {
    if (count == 0 || !(q >= 0 && q <= 1)) {
      return outside(q, count);
    }
    int numbers = 0;
    for (int i = 0; i < count; i++) {
      if (!Double.isNaN(values[i])) {
        values[numbers++] = values[i];
      }
    }
    int nans = count - numbers;
    int lower = lowerRank(q, count) - nans;
    int upper = Math.min(count - 1 - nans, lower + 1);
    if (lower < 0) {
      return Double.NaN;
    }
    select(values, numbers, lower);
    double low = values[lower];
    double high = upper == lower ? low : least(values, upper, numbers);
    return between(q, count, low, high);
  }

  /**
   * {@return the φ-quantile of numbers in order}
   *
   * @param q φ, as above
   * @param sorted the numbers but NaNs, ascending, −0 before 0
   * @param numbers how many of them are defined
   * @param nans how many NaNs there are beside them
   */
  public static double ofSorted(double q, double[] sorted, int numbers, int nans) {
    int count = numbers + nans;
    if (count == 0 || !(q >= 0 && q <= 1)) {
      return outside(q, count);
    }
    int lower = lowerRank(q, count) - nans;
    int upper = Math.min(count - 1 - nans, lower + 1);
    return lower < 0 ? Double.NaN : between(q, count, sorted[lower], sorted[upper]);
  }

  private static double outside(double q, int count) {
    if (count == 0 || Double.isNaN(q)) {
      return Double.NaN;
    }
    return q < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  private static int lowerRank(double q, int count) {
    return (int) Math.max(0, Math.floor(q * (count - 1)));
  }

  private static double between(double q, int count, double low, double high) {
    double rank = q * (count - 1);
    double weight = rank - Math.floor(rank);
    return low * (1 - weight) + high * weight;
  }

  private static boolean isLess(double left, double right) {
    return left < right || (left == right && left == 0 && Double.compare(left, right) < 0);
  }

  private static double least(double[] values, int from, int to) {
    double least = values[from];
    for (int i = from + 1; i < to; i++) {
      least = isLess(values[i], least) ? values[i] : least;
    }
    return least;
  }

  /** Brings the number of a rank to its place, what is not greater before it. */
  private static void select(double[] values, int count, int rank) {
    int from = 0;
    int to = count - 1;
    int rounds = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(count));
    while (to - from >= FEW && rounds-- > 0) {
      double pivot = median(values[from], values[(from + to) >>> 1], values[to]);
      int left = from;
      int right = to;
      while (left <= right) {
        while (isLess(values[left], pivot)) {
          left++;
        }
        while (isLess(pivot, values[right])) {
          right--;
        }
        if (left <= right) {
          double kept = values[left];
          values[left++] = values[right];
          values[right--] = kept;
        }
      }
      if (rank <= right) {
        to = right;
      } else if (rank >= left) {
        from = left;
      } else {
        return;
      }
    }
    Arrays.sort(values, from, to + 1);
  }

  private static double median(double a, double b, double c) {
    if (isLess(a, b)) {
      return isLess(b, c) ? b : isLess(a, c) ? c : a;
    }
    return isLess(a, c) ? a : isLess(b, c) ? c : b;
  }
}

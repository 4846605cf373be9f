package io.hmsops.query.function;

import java.util.Arrays;

/**
 * The buckets of one classic histogram at one time: cumulative counts by ascending upper bound.
 * Reused: {@link #clear}, then {@link #add} in the order of bounds, then {@link #prepare}.
 *
 * <p>Behaves as {@code BucketQuantile} and {@code BucketFraction} of Prometheus.
 */
public final class ClassicBuckets {
  /** Counts that differ by less than this, relatively, are taken as equal. */
  private static final double SMALL_DIFFERENCE = 1e-12;

  private double[] bounds = new double[16];
  private double[] counts = new double[16];
  private int size;

  private boolean repaired;
  private double repairedMin;
  private double repairedMax;
  private double repairedDifference;

  /** Creates an empty histogram. */
  public ClassicBuckets() {}

  /** Forgets all buckets. */
  public void clear() {
    size = 0;
    repaired = false;
  }

  /** {@return how many different bounds there are} */
  public int size() {
    return size;
  }

  /**
   * Adds a bucket; equal bounds are added up.
   *
   * @param bound the inclusive upper bound, not below the last one
   * @param count how many observations are at most that
   */
  public void add(double bound, double count) {
    if (size > 0 && bounds[size - 1] == bound) {
      counts[size - 1] += count;
      return;
    }
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    bounds[size] = bound;
    counts[size++] = count;
  }

  /**
   * Begins a histogram whose bounds are known: write the counts to {@link #counts}, then {@link
   * #prepare}; again for the next histogram of the same bounds.
   *
   * @param newBounds the inclusive upper bounds, strictly ascending; copied
   * @param newSize how many of them count
   */
  public void setBounds(double[] newBounds, int newSize) {
    if (newSize > bounds.length) {
      bounds = new double[newSize];
      counts = new double[newSize];
    }
    System.arraycopy(newBounds, 0, bounds, 0, newSize);
    size = newSize;
  }

  /**
   * {@return the cumulative counts in the order of bounds, to be written after {@link #setBounds}}
   */
  public double[] counts() {
    return counts;
  }

  /** Makes the counts monotonic. */
  public void prepare() {
    repaired = false;
    for (int i = 1; i < size; i++) {
      double before = counts[i - 1];
      double difference = before - counts[i];
      if (difference == 0) {
        continue;
      }
      if (almostEqual(before, counts[i])) {
        counts[i] = before;
      } else if (difference > 0) {
        noteRepair(bounds[i], difference);
        counts[i] = before;
      }
    }
  }

  private static boolean almostEqual(double a, double b) {
    double sum = Math.abs(a) + Math.abs(b);
    double difference = Math.abs(a - b);
    if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
      return difference < SMALL_DIFFERENCE * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < SMALL_DIFFERENCE;
  }

  private void noteRepair(double bound, double difference) {
    repairedMin = repaired ? Math.min(repairedMin, bound) : bound;
    repairedMax = repaired ? Math.max(repairedMax, bound) : bound;
    repairedDifference = repaired ? Math.max(repairedDifference, difference) : difference;
    repaired = true;
  }

  /** {@return whether a count fell and was levelled} */
  public boolean repaired() {
    return repaired;
  }

  /** {@return the lowest bound whose count was levelled} */
  public double repairedMin() {
    return repairedMin;
  }

  /** {@return the highest bound whose count was levelled} */
  public double repairedMax() {
    return repairedMax;
  }

  /** {@return the largest fall that was levelled} */
  public double repairedDifference() {
    return repairedDifference;
  }

  private boolean isComplete() {
    return size > 0 && bounds[size - 1] == Double.POSITIVE_INFINITY && counts[size - 1] != 0;
  }

  /**
   * {@return the φ-quantile, linear within a bucket}
   *
   * @param q φ
   */
  public double quantile(double q) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    if (!isComplete() || size < 2) {
      return Double.NaN;
    }
    double rank = q * counts[size - 1];
    int b = 0;
    while (b < size - 1 && !(counts[b] >= rank)) {
      b++;
    }
    if (b == size - 1) {
      return bounds[size - 2];
    }
    if (b == 0 && bounds[0] <= 0) {
      return bounds[0];
    }
    double start = b == 0 ? 0 : bounds[b - 1];
    double below = b == 0 ? 0 : counts[b - 1];
    return start + (bounds[b] - start) * ((rank - below) / (counts[b] - below));
  }

  /**
   * {@return the share of observations between two values}
   *
   * @param lower the lower value
   * @param upper the upper value
   */
  public double fraction(double lower, double upper) {
    if (!isComplete() || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    if (lower >= upper) {
      return 0;
    }
    return (rank(upper) - rank(lower)) / counts[size - 1];
  }

  /** How many observations are below a value. */
  private double rank(double value) {
    double below = 0;
    double start = bounds[0] > 0 ? 0 : Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      if (start >= value) {
        return below;
      }
      if (bounds[i] > value) {
        if (Double.isInfinite(start)) {
          return counts[i];
        }
        return bounds[i] == Double.POSITIVE_INFINITY
            ? below
            : below + (counts[i] - below) * (value - start) / (bounds[i] - start);
      }
      below = counts[i];
      start = bounds[i];
    }
    return counts[size - 1];
  }
}

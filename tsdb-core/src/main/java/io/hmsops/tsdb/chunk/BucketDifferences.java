package io.hmsops.tsdb.chunk;

/**
 * The counts of a bucket of a classic histogram less those of another bucket of it, sample by
 * sample. What is no whole number stays what it is. Specified in {@code docs/format/block.md}.
 */
public final class BucketDifferences {
  /** Up to here the difference of two whole numbers is exact. */
  private static final double LARGEST = 1L << 52;

  private static final double LARGEST_DIFFERENCE = 1L << 53;

  /** One value in so many may be something else. */
  private static final int EXCEPTION_SHARE = 16;

  /** What came of {@link #of}. */
  public enum Outcome {
    /** There are no differences from which the values would come back. */
    NONE,
    /** All values of both buckets are whole numbers: a value is the sum of base and difference. */
    WHOLE,
    /** Some are not. */
    MIXED
  }

  private BucketDifferences() {}

  /**
   * Takes a bucket's values from those of another one.
   *
   * @param values the values
   * @param base those of the other bucket at the same times
   * @param count how many
   * @param into gets the differences from index 0
   * @return how the values come back by {@link #undo}
   */
  public static Outcome of(double[] values, double[] base, int count, double[] into) {
    int strange = 0;
    double last = 0;
    for (int i = 0; i < count; i++) {
      double value = values[i];
      double other = base[i];
      if (isWhole(value, LARGEST) && isWhole(other, LARGEST)) {
        last = value - other;
        into[i] = last;
        continue;
      }
      // Any number stands for what both are: staleness markers end both as a rule.
      into[i] = same(value, other) ? last : value;
      if (++strange > count / EXCEPTION_SHARE || !same(value, undo(other, into[i]))) {
        return Outcome.NONE;
      }
    }
    return strange == 0 ? Outcome.WHOLE : Outcome.MIXED;
  }

  /**
   * Turns differences back into values.
   *
   * @param base the values of the other bucket
   * @param values the differences; the values afterwards
   * @param count how many
   * @param whole whether all values of both buckets are whole numbers
   */
  public static void undo(double[] base, double[] values, int count, boolean whole) {
    if (whole) {
      for (int i = 0; i < count; i++) {
        values[i] += base[i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      values[i] = undo(base[i], values[i]);
    }
  }

  private static double undo(double base, double difference) {
    if (!isWhole(difference, LARGEST_DIFFERENCE)) {
      return difference;
    }
    return isWhole(base, LARGEST) ? base + difference : base;
  }

  /** −0.0 is none. */
  private static boolean isWhole(double value, double largest) {
    return Math.abs(value) <= largest && same((double) (long) value, value);
  }

  private static boolean same(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  /**
   * {@return about how many bits the steps of the differences take: good enough to tell which of
   * two bases is better}
   *
   * @param values the values
   * @param base those of the other bucket, an array of zeros for the values themselves
   * @param count how many
   */
  public static long roughBits(double[] values, double[] base, int count) {
    long bits = 0;
    long last = (long) (values[0] - base[0]);
    for (int i = 1; i < count; i++) {
      long difference = (long) (values[i] - base[i]);
      bits += Long.SIZE - Long.numberOfLeadingZeros(Math.abs(difference - last));
      last = difference;
    }
    return bits;
  }
}

package io.hmsops.tsdb.chunk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Doubles as whole multiples of a power of ten. A multiple may miss its double by a few units in
 * the last place, which sums of decimals do; the misses are kept. What is no such multiple at all
 * (NaN, infinities, −0.0) is an exception, kept as it is.
 *
 * @param exponent the power of ten below one: 0 to {@link #MAX_EXPONENT}
 * @param inverse whether a multiple is multiplied by the inverse of the power, not divided by it
 * @param multiples the multiples; for an exception that of the value before
 * @param misses by how many units in the last place each is missed; empty if none can be
 * @param missed whether any miss is not 0
 * @param exceptions the indexes of exceptions, ascending
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
record DecimalScale(
    int exponent,
    boolean inverse,
    long[] multiples,
    long[] misses,
    boolean missed,
    int[] exceptions) {
  static final int MAX_EXPONENT = 14;

  private static final double LARGEST = 1L << 53;

  /** Beyond this a double is no decimal with rounding errors, but something else. */
  private static final long MAX_MISS = 1 << 16;

  /** One value in so many may be an exception. */
  private static final int EXCEPTION_SHARE = 16;

  private static final int PROBE = 24;

  private static final long[] NONE_MISSED = {};
  private static final int[] NO_EXCEPTIONS = {};

  private static final double[] POWERS = new double[MAX_EXPONENT + 1];
  private static final double[] INVERSES = new double[MAX_EXPONENT + 1];

  static {
    for (int i = 0; i <= MAX_EXPONENT; i++) {
      // Both are correctly rounded, as a reader in another language would have them.
      POWERS[i] = Double.parseDouble("1e" + i);
      INVERSES[i] = Double.parseDouble("1e-" + i);
    }
  }

  /** {@return the double that a multiple stands for} */
  static double value(long multiple, int exponent, boolean inverse) {
    return inverse ? multiple * INVERSES[exponent] : multiple / POWERS[exponent];
  }

  /** Turns multiples and misses back into doubles. */
  static void undo(
      int exponent,
      boolean inverse,
      long[] multiples,
      long @Nullable [] misses,
      int count,
      double[] into) {
    double power = inverse ? INVERSES[exponent] : POWERS[exponent];
    if (exponent == 0) {
      for (int i = 0; i < count; i++) {
        into[i] = multiples[i];
      }
    } else if (inverse) {
      for (int i = 0; i < count; i++) {
        into[i] = multiples[i] * power;
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[i] = multiples[i] / power;
      }
    }
    if (misses != null) {
      for (int i = 0; i < count; i++) {
        into[i] = Double.longBitsToDouble(Double.doubleToRawLongBits(into[i]) + misses[i]);
      }
    }
  }

  /** {@return the scale that hits all values, else the one that misses them least; null if none} */
  static @Nullable DecimalScale find(double[] values, int count) {
    long[] whole = wholeNumbers(values, count);
    if (whole != null) {
      return new DecimalScale(0, false, whole, NONE_MISSED, false, NO_EXCEPTIONS);
    }
    DecimalScale best = null;
    long least = Long.MAX_VALUE;
    for (int exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
      for (int mode = 0; mode < (exponent == 0 ? 1 : 2); mode++) {
        boolean inverse = mode == 1;
        if (!fits(values, Math.min(count, PROBE), exponent, inverse)) {
          continue;
        }
        DecimalScale found = of(values, count, exponent, inverse);
        if (found == null) {
          continue;
        }
        if (!found.missed) {
          return found;
        }
        long cost = found.cost();
        if (cost < least) {
          best = found;
          least = cost;
        }
      }
    }
    return best;
  }

  /** {@return the values as they are, null if one of them is no whole number} */
  private static long @Nullable [] wholeNumbers(double[] values, int count) {
    if (!isWhole(values[count - 1])) {
      return null;
    }
    long[] whole = new long[count];
    for (int i = 0; i < count; i++) {
      if (!isWhole(values[i])) {
        return null;
      }
      whole[i] = (long) values[i];
    }
    return whole;
  }

  /** −0.0 is none. */
  private static boolean isWhole(double value) {
    return Math.abs(value) <= LARGEST
        && Double.doubleToRawLongBits((double) (long) value) == Double.doubleToRawLongBits(value);
  }

  /**
   * {@return the header's exponent and whether the power is inverse, as the index of a scale, that
   * hits one value; −1 if none does}
   */
  static int findExact(double value) {
    for (int exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
      double scaled = Math.rint(value * POWERS[exponent]);
      if (Math.abs(scaled) <= LARGEST) {
        for (int mode = 0; mode < (exponent == 0 ? 1 : 2); mode++) {
          if (miss(value, (long) scaled, exponent, mode == 1) == 0) {
            return exponent << 1 | mode;
          }
        }
      }
    }
    return -1;
  }

  /** {@return the multiple that stands for a value} */
  static long multiple(double value, int exponent) {
    return (long) Math.rint(value * POWERS[exponent]);
  }

  private static boolean fits(double[] values, int count, int exponent, boolean inverse) {
    int strange = 0;
    for (int i = 0; i < count; i++) {
      double scaled = Math.rint(values[i] * POWERS[exponent]);
      if (!(Math.abs(scaled) <= LARGEST) || tooFar(values[i], (long) scaled, exponent, inverse)) {
        strange++;
      }
    }
    return strange * 4 <= count;
  }

  private static boolean tooFar(double value, long multiple, int exponent, boolean inverse) {
    long miss = miss(value, multiple, exponent, inverse);
    return miss > MAX_MISS || miss < -MAX_MISS;
  }

  private static long miss(double value, long multiple, int exponent, boolean inverse) {
    return Double.doubleToRawLongBits(value)
        - Double.doubleToRawLongBits(value(multiple, exponent, inverse));
  }

  private static @Nullable DecimalScale of(
      double[] values, int count, int exponent, boolean inverse) {
    long[] multiples = new long[count];
    long[] misses = new long[count];
    int[] exceptions = new int[count / EXCEPTION_SHARE + 1];
    int strange = 0;
    boolean missed = false;
    for (int i = 0; i < count; i++) {
      double scaled = Math.rint(values[i] * POWERS[exponent]);
      long multiple = (long) scaled;
      if (!(Math.abs(scaled) <= LARGEST) || tooFar(values[i], multiple, exponent, inverse)) {
        if (strange == exceptions.length) {
          return null;
        }
        exceptions[strange++] = i;
        multiples[i] = i > 0 ? multiples[i - 1] : 0;
        continue;
      }
      multiples[i] = multiple;
      misses[i] = miss(values[i], multiple, exponent, inverse);
      missed |= misses[i] != 0;
    }
    return new DecimalScale(
        exponent, inverse, multiples, misses, missed, Arrays.copyOf(exceptions, strange));
  }

  /** About how many bits the differences and the misses take. */
  private long cost() {
    long bits = 64L * exceptions.length;
    for (int i = 0; i < multiples.length; i++) {
      long step = i > 0 ? multiples[i] - multiples[i - 1] : 0;
      bits += Long.SIZE - Long.numberOfLeadingZeros(Math.abs(step));
      bits += Long.SIZE - Long.numberOfLeadingZeros(Math.abs(misses[i]));
    }
    return bits;
  }
}

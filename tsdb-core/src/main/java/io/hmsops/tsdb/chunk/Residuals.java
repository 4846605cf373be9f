package io.hmsops.tsdb.chunk;

/**
 * What is left of a column of numbers that begins with 0 when what is expected of each is taken
 * away: a level (order 0), the one before and a usual step (order 1), the one before and the step
 * before (order 2).
 *
 * @param order 0, 1 or 2
 * @param base the level, the usual step, or the first step
 * @param numbers what is left of the numbers behind those that are skipped
 * @param count how many of {@code numbers} count
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
record Residuals(int order, long base, long[] numbers, int count) {
  private static final double LOG_2 = Math.log(2);

  /** If one step in so many is a rise, and none is a fall, no level is worth a try. */
  private static final int SEVERAL = 8;

  /** {@return how many numbers at the start have no residual} */
  static int skipped(int order) {
    return order == 2 ? 2 : 1;
  }

  /** {@return the residuals that take least room} */
  static Residuals best(long[] scaled, int count, boolean cold) {
    Residuals best = of(1, 0, scaled, count);
    double least = best.cost(cold);
    long usualStep = MiddleNumber.of(best.numbers, 0, best.count);
    if (usualStep != 0) {
      Residuals usual = best.less(usualStep);
      double cost = usual.cost(cold);
      if (cost < least) {
        best = usual;
        least = cost;
      }
    }
    Residuals sameStep = of(2, count > 1 ? scaled[1] : 0, scaled, count);
    double cost = sameStep.cost(cold);
    if (cost < least) {
      best = sameStep;
      least = cost;
    }
    if (!onlyRises(scaled, count)) {
      Residuals level = of(0, MiddleNumber.of(scaled, 1, count), scaled, count);
      if (level.cost(cold) < least) {
        best = level;
      }
    }
    return best;
  }

  /**
   * {@return whether numbers rise often and never fall} Such numbers are farther from any level
   * than from one another.
   */
  private static boolean onlyRises(long[] numbers, int count) {
    int rises = 0;
    for (int i = 1; i < count; i++) {
      if (numbers[i] < numbers[i - 1]) {
        return false;
      }
      rises += numbers[i] > numbers[i - 1] ? 1 : 0;
    }
    return rises >= SEVERAL && rises * SEVERAL >= count;
  }

  /** {@return steps less a usual one} */
  private Residuals less(long usualStep) {
    long[] less = new long[count];
    for (int i = 0; i < count; i++) {
      less[i] = numbers[i] - usualStep;
    }
    return new Residuals(order, usualStep, less, count);
  }

  private static Residuals of(int order, long base, long[] scaled, int count) {
    int skipped = skipped(order);
    long[] numbers = new long[Math.max(0, count - skipped)];
    switch (order) {
      case 0 -> {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = scaled[i + 1] - base;
        }
      }
      case 1 -> {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = scaled[i + 1] - scaled[i] - base;
        }
      }
      default -> {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = scaled[i + 2] - 2 * scaled[i + 1] + scaled[i];
        }
      }
    }
    return new Residuals(order, base, numbers, numbers.length);
  }

  /** An estimate in bits; exact for what is not cold. */
  private double cost(boolean cold) {
    if (!cold) {
      long packed = BitPacking.sizeBytes(numbers, count);
      return 8.0 * Math.min(packed, RunLengths.sizeBytes(numbers, count, packed));
    }
    int[] ofLength = new int[Long.SIZE + 1];
    for (int i = 0; i < count; i++) {
      ofLength[Long.SIZE - Long.numberOfLeadingZeros(Math.abs(numbers[i]))]++;
    }
    double bits = 0;
    for (int length = 0; length < ofLength.length; length++) {
      int n = ofLength[length];
      if (n > 0) {
        // A sign and the digits behind the leading one, and which length it is.
        bits += n * (length + Math.log((double) count / n) / LOG_2);
      }
    }
    return bits;
  }

  /**
   * Turns residuals back into the column; those skipped are not read.
   *
   * @param order the order
   * @param first the column's first number
   * @param base the base, times the divisor
   * @param divisor what residuals are multiplied with
   * @param into the residuals, and the column afterwards
   * @param count how many numbers
   */
  static void undo(int order, long first, long base, long divisor, long[] into, int count) {
    into[0] = first;
    switch (order) {
      case 0 -> {
        long level = first + base;
        for (int i = 1; i < count; i++) {
          into[i] = level + into[i] * divisor;
        }
      }
      case 1 -> {
        long last = first;
        for (int i = 1; i < count; i++) {
          last += into[i] * divisor + base;
          into[i] = last;
        }
      }
      default -> {
        long last = first + base;
        long step = base;
        if (count > 1) {
          into[1] = last;
        }
        for (int i = 2; i < count; i++) {
          step += into[i] * divisor;
          last += step;
          into[i] = last;
        }
      }
    }
  }
}

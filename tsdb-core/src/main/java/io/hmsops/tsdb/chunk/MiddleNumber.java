package io.hmsops.tsdb.chunk;

import java.util.Arrays;

/** Finds the number in the middle of others, as if they were sorted, without sorting them. */
final class MiddleNumber {
  /** The range of the numbers is cut into at most so many parts. */
  private static final int PART_BITS = 10;

  /** So few are sorted. */
  private static final int FEW = 32;

  private MiddleNumber() {}

  /** {@return the number at place {@code (to - from) / 2} of those from an index on; 0 if none} */
  static long of(long[] numbers, int from, int to) {
    return from >= to ? 0 : atRank(numbers, from, to, (to - from) / 2);
  }

  private static long atRank(long[] numbers, int from, int to, int rank) {
    long smallest = numbers[from];
    long largest = smallest;
    for (int i = from + 1; i < to; i++) {
      smallest = Math.min(smallest, numbers[i]);
      largest = Math.max(largest, numbers[i]);
    }
    long range = largest - smallest;
    if (range == 0) {
      return smallest;
    }
    if (range < 0 || to - from <= FEW) {
      // Wider than a number, or not worth counting.
      long[] sorted = Arrays.copyOfRange(numbers, from, to);
      Arrays.sort(sorted);
      return sorted[rank];
    }
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(range) - PART_BITS);
    int[] counts = new int[(int) (range >>> shift) + 1];
    for (int i = from; i < to; i++) {
      counts[(int) ((numbers[i] - smallest) >>> shift)]++;
    }
    int part = 0;
    int before = 0;
    while (before + counts[part] <= rank) {
      before += counts[part++];
    }
    if (shift == 0) {
      return smallest + part;
    }
    long[] within = new long[counts[part]];
    int found = 0;
    for (int i = from; i < to; i++) {
      if ((numbers[i] - smallest) >>> shift == part) {
        within[found++] = numbers[i];
      }
    }
    // The part's range is narrower by 10 bits.
    return atRank(within, 0, found, rank - before);
  }
}

package io.hmsops.tsdb.head;

import java.util.Arrays;

/**
 * Sorts numbers of things by keys that are long: 32 bits of all keys at a time, then what those
 * leave undecided by the next 32. Not thread-safe.
 */
final class DeepSort {
  /** From here on so few are undecided that they are compared whole. */
  private static final int FEW = 8;

  private static final int MAX_DEPTH = 64;

  /** What is sorted by. */
  interface Keys {
    /** {@return the bits of a thing at a depth, in unsigned order, in the low half} */
    long bits(int thing, int depth);

    /** Compares two things whole. */
    int compare(int left, int right);
  }

  private final Keys keys;
  private final long[] scratch;

  /**
   * Creates a sort.
   *
   * @param mostThings how many things it sorts at most
   */
  DeepSort(Keys keys, int mostThings) {
    this.keys = keys;
    this.scratch = new long[mostThings];
  }

  /** Sorts a part of an array of things. */
  void sort(int[] things, int from, int to) {
    sort(things, from, to, 0);
  }

  private void sort(int[] things, int from, int to, int depth) {
    if (to - from <= FEW) {
      sortFew(things, from, to);
      return;
    }
    if (depth == MAX_DEPTH) {
      sortWhole(things, from, to);
      return;
    }
    if (!sortByBits(things, from, to, depth)) {
      sort(things, from, to, depth + 1);
      return;
    }
    int start = from;
    for (int i = from + 1; i <= to; i++) {
      if (i == to || scratch[i] != scratch[start]) {
        // Sorting a group uses its own part of the scratch, which is not looked at again.
        if (i - start > 1) {
          sort(things, start, i, depth + 1);
        }
        start = i;
      }
    }
  }

  /**
   * Sorts by the bits of one depth and leaves them in the scratch, or {@return false} if they are
   * all the same.
   */
  private boolean sortByBits(int[] things, int from, int to, int depth) {
    long all = 0;
    long none = -1L;
    for (int i = from; i < to; i++) {
      long bits = keys.bits(things[i], depth) & 0xffff_ffffL;
      all |= bits;
      none &= bits;
      // Arrays.sort compares with sign.
      scratch[i] = (bits ^ 0x8000_0000L) << Integer.SIZE | things[i];
    }
    if (all == none) {
      return false;
    }
    Arrays.sort(scratch, from, to);
    for (int i = from; i < to; i++) {
      things[i] = (int) scratch[i];
      scratch[i] >>>= Integer.SIZE;
    }
    return true;
  }

  private void sortFew(int[] things, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int thing = things[i];
      int at = i;
      while (at > from && keys.compare(things[at - 1], thing) > 0) {
        things[at] = things[at - 1];
        at--;
      }
      things[at] = thing;
    }
  }

  private void sortWhole(int[] things, int from, int to) {
    int[] sorted =
        Arrays.stream(things, from, to)
            .boxed()
            .sorted(keys::compare)
            .mapToInt(Integer::intValue)
            .toArray();
    System.arraycopy(sorted, 0, things, from, sorted.length);
  }
}

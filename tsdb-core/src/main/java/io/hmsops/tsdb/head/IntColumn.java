package io.hmsops.tsdb.head;

import java.util.Arrays;

/**
 * A growing column of numbers, in pages, so that growing copies nothing. What is known to be there
 * may be read while it grows.
 */
final class IntColumn {
  private static final int PAGE_BITS = 14;
  private static final int PAGE = 1 << PAGE_BITS;

  /** What the first page begins with; it grows, as most columns are short. */
  private static final int FIRST = 16;

  private volatile int[][] pages = new int[0][];
  private int size;

  int size() {
    return size;
  }

  int get(int index) {
    return pages[index >>> PAGE_BITS][index & (PAGE - 1)];
  }

  /** Copies some numbers. */
  void copy(int from, int count, int[] into) {
    for (int done = 0; done < count; ) {
      int start = from + done & (PAGE - 1);
      int length = Math.min(count - done, PAGE - start);
      System.arraycopy(pages[(from + done) >>> PAGE_BITS], start, into, done, length);
      done += length;
    }
  }

  /** Puts numbers of the column in the place of their indexes. */
  void lookUp(int[] indexes, int count) {
    int[][] known = pages;
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      indexes[i] = known[index >>> PAGE_BITS][index & (PAGE - 1)];
    }
  }

  void set(int index, int value) {
    pages[index >>> PAGE_BITS][index & (PAGE - 1)] = value;
  }

  void add(int value) {
    int page = size >>> PAGE_BITS;
    int[][] known = pages;
    if (page == known.length) {
      int[][] grown = Arrays.copyOf(known, page + 1);
      grown[page] = new int[page == 0 ? FIRST : PAGE];
      pages = grown;
    } else if (page == 0 && size == known[0].length) {
      pages = new int[][] {Arrays.copyOf(known[0], 2 * size)};
    }
    set(size++, value);
  }

  long memoryBytes() {
    return pages.length == 0
        ? 0
        : ((long) pages[0].length + (pages.length - 1L) * PAGE) * Integer.BYTES;
  }
}

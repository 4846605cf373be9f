package io.hmsops.tsdb.head;

import java.util.Arrays;

/** A growing column of numbers, in pages, so that growing copies nothing. */
final class IntColumn {
  private static final int PAGE_BITS = 14;
  private static final int PAGE = 1 << PAGE_BITS;

  /** What the first page begins with; it grows, as most columns are short. */
  private static final int FIRST = 16;

  private int[][] pages = new int[0][];
  private int size;

  int size() {
    return size;
  }

  int get(int index) {
    return pages[index >>> PAGE_BITS][index & (PAGE - 1)];
  }

  void set(int index, int value) {
    pages[index >>> PAGE_BITS][index & (PAGE - 1)] = value;
  }

  void add(int value) {
    int page = size >>> PAGE_BITS;
    if (page == pages.length) {
      pages = Arrays.copyOf(pages, page + 1);
      pages[page] = new int[page == 0 ? FIRST : PAGE];
    } else if (page == 0 && size == pages[0].length) {
      pages[0] = Arrays.copyOf(pages[0], 2 * size);
    }
    set(size++, value);
  }

  long memoryBytes() {
    return pages.length == 0
        ? 0
        : ((long) pages[0].length + (pages.length - 1L) * PAGE) * Integer.BYTES;
  }
}

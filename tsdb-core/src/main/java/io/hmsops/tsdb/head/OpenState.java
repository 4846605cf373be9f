package io.hmsops.tsdb.head;

import io.hmsops.tsdb.chunk.XorEncoder;

/** What a line knows of its open chunk, in one number, so that it is read and written at once. */
final class OpenState {
  private static final int COUNT_SHIFT = 16;
  private static final int GRANULES_SHIFT = 32;
  private static final int WINDOW_SHIFT = 48;

  /** The most words that a slot of an open chunk has. */
  static final int MAX_CAPACITY = 0xff * Slabs.GRANULE_WORDS;

  private OpenState() {}

  /**
   * {@return a state}
   *
   * @param bits how many bits the chunk has, at most 65,535
   * @param capacity how many words its slot has, a multiple of the granule
   * @param encoder what was encoded
   */
  static long of(int bits, int capacity, XorEncoder encoder) {
    return of(bits, capacity, encoder.count(), encoder.window());
  }

  static long of(int bits, int capacity, int count, int window) {
    return bits
        | (long) count << COUNT_SHIFT
        | (long) (capacity / Slabs.GRANULE_WORDS) << GRANULES_SHIFT
        | (long) window << WINDOW_SHIFT;
  }

  static int bits(long state) {
    return (int) state & 0xffff;
  }

  static int count(long state) {
    return (int) (state >>> COUNT_SHIFT) & 0xffff;
  }

  static int capacity(long state) {
    return ((int) (state >>> GRANULES_SHIFT) & 0xff) * Slabs.GRANULE_WORDS;
  }

  static int window(long state) {
    return (int) (state >>> WINDOW_SHIFT);
  }
}

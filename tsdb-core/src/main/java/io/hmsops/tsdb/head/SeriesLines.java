package io.hmsops.tsdb.head;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One line of 64 bytes outside the heap for each series: what an append reads and writes. Series
 * are numbered from 0. Who may touch which field stands at the fields.
 */
final class SeriesLines {
  /*
   * Written under the commit lock: newest*, the flags KNOWN and LOGGED.
   * Written under the commit lock and the state lock: everything else. Read under either.
   */
  static final int NEWEST_MS = 0;
  static final int NEWEST_VALUE = NEWEST_MS + Long.BYTES;

  /** The newest batch that appended. */
  static final int VERSION_BATCH = NEWEST_VALUE + Long.BYTES;

  /**
   * How many samples were appended in all (low half), and how many of them readers of older batches
   * may see (high half).
   */
  static final int COUNTS = VERSION_BATCH + Long.BYTES;

  /** The open chunk of floats: its slot (low half) and the distance of its last timestamps. */
  static final int OPEN = COUNTS + Long.BYTES;

  /** How to go on with the open chunk: see {@link OpenState}. */
  static final int OPEN_STATE = OPEN + Long.BYTES;

  /** The newest of the sealed chunks, each of which knows the one before. */
  static final int SEALED = OPEN_STATE + Long.BYTES;

  /** The labels' ids and their hash. */
  static final int LABELS = SEALED + Integer.BYTES;

  static final int HASH = LABELS + Integer.BYTES;
  static final int FLAGS = HASH + Integer.BYTES;
  private static final int LINE_BYTES = 64;

  /** There is a series of this number. */
  static final int EXISTS = 1;

  /** The value of the newest sample is remembered. */
  static final int KNOWN = 2;

  /** The log or the checkpoint names the series. */
  static final int LOGGED = 4;

  /** The samples are in a {@link RichSeries}. */
  static final int RICH = 8;

  private static final int PAGE_BITS = 14;
  private static final int PAGE = 1 << PAGE_BITS;

  private final Arena arena;
  private volatile MemorySegment[] pages = {};
  private volatile int size;

  SeriesLines(Arena arena) {
    this.arena = arena;
  }

  /** {@return how many lines there are} Of any thread. */
  int size() {
    return size;
  }

  /** Makes lines up to a number, all zero. */
  void grow(int newSize) {
    while (pages.length << PAGE_BITS < newSize) {
      MemorySegment[] grown = Arrays.copyOf(pages, pages.length + 1);
      grown[pages.length] = arena.allocate((long) PAGE * LINE_BYTES, LINE_BYTES);
      pages = grown;
    }
    size = Math.max(size, newSize);
  }

  /** {@return the page that a line is in} */
  MemorySegment page(int number) {
    return pages[number >>> PAGE_BITS];
  }

  /** {@return where a line begins in its page} */
  static long start(int number) {
    return (long) (number & (PAGE - 1)) * LINE_BYTES;
  }

  private static long at(int number, int field) {
    return start(number) + field;
  }

  /** {@return the slot of the open chunk, 0 if there is none} */
  int open(int number) {
    return (int) getLong(number, OPEN);
  }

  /** {@return how many samples were appended} */
  int total(int number) {
    return (int) getLong(number, COUNTS);
  }

  /** {@return how many samples readers of batches before {@link #VERSION_BATCH} may see} */
  int totalBefore(int number) {
    return (int) (getLong(number, COUNTS) >>> Integer.SIZE);
  }

  void setTotal(int number, int total) {
    setLong(number, COUNTS, (getLong(number, COUNTS) >>> Integer.SIZE << Integer.SIZE) | total);
  }

  long getLong(int number, int field) {
    return page(number).get(ValueLayout.JAVA_LONG, at(number, field));
  }

  void setLong(int number, int field, long value) {
    page(number).set(ValueLayout.JAVA_LONG, at(number, field), value);
  }

  int getInt(int number, int field) {
    return page(number).get(ValueLayout.JAVA_INT, at(number, field));
  }

  void setInt(int number, int field, int value) {
    page(number).set(ValueLayout.JAVA_INT, at(number, field), value);
  }

  boolean is(int number, int flag) {
    return (getInt(number, FLAGS) & flag) != 0;
  }

  void set(int number, int flag, boolean value) {
    int flags = getInt(number, FLAGS);
    setInt(number, FLAGS, value ? flags | flag : flags & ~flag);
  }

  long memoryBytes() {
    return (long) pages.length * PAGE * LINE_BYTES;
  }
}

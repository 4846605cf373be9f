package io.hmsops.tsdb.head;

import java.util.Arrays;

/**
 * One line of 64 bytes for each series, in large arrays: what an append reads and writes. Series
 * are numbered from 0. Who may touch which word stands at the words.
 */
final class SeriesLines {
  /*
   * Written under the commit lock: NEWEST_*, and of the flags KNOWN and LOGGED.
   * Written under the commit lock and the state lock: everything else. Read under either.
   */
  static final int NEWEST_MS = 0;
  static final int NEWEST_VALUE = 1;

  /**
   * How many samples were appended in all (low half), and how many of them readers of batches
   * before the series' version may see (high half).
   */
  static final int COUNTS = 2;

  /** The open chunk of floats: its slot (low half) and the distance of its last timestamps. */
  static final int OPEN = 3;

  /** How to go on with the open chunk: see {@link OpenState}. */
  static final int OPEN_STATE = 4;

  /** The word of the open chunk that its last bit is in. */
  static final int OPEN_WORD = 5;

  /** The newest sealed chunk, which knows the one before (low half), and the labels' slot. */
  static final int SLOTS = 6;

  /**
   * The newest batch that appended, how often the line was used for another series before, and the
   * flags.
   */
  static final int VERSION = 7;

  private static final int LINE_WORDS = 8;
  static final int FLAG_BITS = 4;
  private static final int GENERATION_BITS = 15;
  static final int VERSION_SHIFT = FLAG_BITS + GENERATION_BITS;
  private static final long GENERATION_MASK = ((1L << GENERATION_BITS) - 1) << FLAG_BITS;

  /** There is a series of this number. */
  static final int EXISTS = 1;

  /** The value of the newest sample is remembered. */
  static final int KNOWN = 2;

  /** The log or the checkpoint names the series. */
  static final int LOGGED = 4;

  /** The samples are in a {@link RichSeries}. */
  static final int RICH = 8;

  private static final int PAGE_BITS = 11;
  private static final int PAGE = 1 << PAGE_BITS;

  /** With room behind those that are in use. */
  private volatile long[][] pages = {};

  private int pageCount;

  /**
   * Of each line its generation and, as the lowest bit, whether it exists: close together, so that
   * references are checked without a look at the lines.
   */
  private volatile char[] tags = {};

  private volatile int size;

  /** {@return how many lines there are} Of any thread. */
  int size() {
    return size;
  }

  /** Makes lines up to a number, all zero. */
  void grow(int newSize) {
    int needed = (newSize + PAGE - 1) >>> PAGE_BITS;
    if (needed > pageCount) {
      long[][] grown = pages;
      if (needed > grown.length) {
        grown = Arrays.copyOf(grown, needed + needed / 4);
        tags = Arrays.copyOf(tags, grown.length * PAGE);
      }
      while (pageCount < needed) {
        grown[pageCount++] = new long[PAGE * LINE_WORDS];
      }
      pages = grown;
    }
    size = Math.max(size, newSize);
  }

  /** {@return the array that a line is in} */
  long[] page(int number) {
    return pages[number >>> PAGE_BITS];
  }

  /** {@return where a line begins in its array} */
  static int start(int number) {
    return (number & (PAGE - 1)) * LINE_WORDS;
  }

  long get(int number, int word) {
    return page(number)[start(number) + word];
  }

  void set(int number, int word, long value) {
    page(number)[start(number) + word] = value;
  }

  /** {@return the low half of a word} */
  int low(int number, int word) {
    return (int) get(number, word);
  }

  /** {@return the high half of a word} */
  int high(int number, int word) {
    return (int) (get(number, word) >>> Integer.SIZE);
  }

  void setLow(int number, int word, int value) {
    set(
        number,
        word,
        (get(number, word) >>> Integer.SIZE << Integer.SIZE) | (value & 0xffff_ffffL));
  }

  void setHigh(int number, int word, int value) {
    set(number, word, ((long) value << Integer.SIZE) | (get(number, word) & 0xffff_ffffL));
  }

  /** {@return the newest batch that appended} */
  long version(int number) {
    return get(number, VERSION) >>> VERSION_SHIFT;
  }

  void setVersion(int number, long batch) {
    long rest = get(number, VERSION) & ((1L << VERSION_SHIFT) - 1);
    set(number, VERSION, (batch << VERSION_SHIFT) | rest);
  }

  /** {@return how often the line was used for another series before} */
  int generation(int number) {
    return (int) ((get(number, VERSION) & GENERATION_MASK) >>> FLAG_BITS);
  }

  /** {@return whether there is a series in the line, in its generation} Of any thread. */
  boolean exists(int number, int generation) {
    char[] known = tags;
    return number >= 0
        && number < known.length
        && known[number] == (char) (generation << 1 | 1)
        && generation < 1 << GENERATION_BITS
        && generation >= 0;
  }

  /** {@return whether there is a series in one of the first {@link #size} lines} */
  boolean exists(int number) {
    return (tags[number] & 1) != 0;
  }

  void setExists(int number, boolean exists) {
    setFlag(number, EXISTS, exists);
    char[] changed = tags;
    changed[number] = (char) (generation(number) << 1 | (exists ? 1 : 0));
    tags = changed;
  }

  /** Empties a line. */
  void reset(int number) {
    int start = start(number);
    Arrays.fill(page(number), start, start + LINE_WORDS, 0);
  }

  void setGeneration(int number, int generation) {
    long next = ((long) generation << FLAG_BITS) & GENERATION_MASK;
    set(number, VERSION, (get(number, VERSION) & ~GENERATION_MASK) | next);
  }

  boolean is(int number, int flag) {
    return (get(number, VERSION) & flag) != 0;
  }

  /** Changes a flag; {@link #EXISTS} by {@link #setExists} only. */
  void setFlag(int number, int flag, boolean value) {
    long word = get(number, VERSION);
    set(number, VERSION, value ? word | flag : word & ~flag);
  }

  long memoryBytes() {
    return (long) pageCount * PAGE * LINE_WORDS * Long.BYTES + (long) tags.length * Character.BYTES;
  }
}

package io.hmsops.tsdb.chunk;

import java.util.Arrays;

/**
 * Appends samples to a chunk of floats, {@link Codec#XOR}. Specified in {@code
 * docs/format/chunk-xor.md}. The chunk may be kept elsewhere: what is needed to go on is taken out
 * and put back by {@link #resume}. Not thread-safe.
 */
public final class XorEncoder {
  static final int SMALL_BITS = 5;
  static final int MEDIUM_BITS = 13;
  static final int LARGE_BITS = 24;

  /** What stands before a value with a new window: two bits, where it begins, how long it is. */
  private static final int WINDOW_PREFIX = 14;

  /** A kept window may waste this many bits before a new one, which costs 12, is opened. */
  private static final int TOLERATED_WASTE_BITS = 12;

  private long[] words = new long[4];

  /** How many words are full; the bits behind them stand at the left of {@link #pending}. */
  private int fullWords;

  private long pending;
  private int pendingBits;
  private int count;
  private long lastMs;
  private long lastDelta;
  private long lastBits;
  private int leading = Long.SIZE;
  private int trailing;

  /** Creates an encoder at the beginning of a chunk. */
  public XorEncoder() {}

  /** Begins a new chunk. */
  public void restart() {
    fullWords = 0;
    pending = 0;
    pendingBits = 0;
    count = 0;
    lastDelta = 0;
    leading = Long.SIZE;
    trailing = 0;
  }

  /**
   * Goes on behind samples that were encoded before. {@link #words} then begin with the word that
   * their last bit is in, or with the next one.
   *
   * @param bitsBefore how many bits of the first word are taken, 0 to 63
   * @param firstWord the first word, the free bits zero
   * @param samplesBefore how many samples there are, at least 1
   * @param timestampMs the timestamp of the last one
   * @param value its value
   * @param delta its distance from the one before, 0 if it is the first
   * @param window as {@link #window} was
   */
  public void resume(
      int bitsBefore,
      long firstWord,
      int samplesBefore,
      long timestampMs,
      double value,
      long delta,
      int window) {
    fullWords = 0;
    pending = firstWord;
    pendingBits = bitsBefore;
    count = samplesBefore;
    lastMs = timestampMs;
    lastBits = Double.doubleToRawLongBits(value);
    lastDelta = delta;
    leading = window >>> Byte.SIZE;
    trailing = window & 0xff;
  }

  /** {@return the full words, the first bit of the chunk at the left of the first} */
  public long[] words() {
    return words;
  }

  /** {@return how many words are full} */
  public int fullWords() {
    return fullWords;
  }

  /** {@return the bits behind the full words, at the left} */
  public long pending() {
    return pending;
  }

  /** {@return how many bits there are} */
  public int bitLength() {
    return fullWords * Long.SIZE + pendingBits;
  }

  /** {@return how many samples the chunk has} */
  public int count() {
    return count;
  }

  /** {@return the timestamp of the last sample} */
  public long lastMs() {
    return lastMs;
  }

  /** {@return the distance of the last two timestamps, 0 if there is one} */
  public long lastDelta() {
    return lastDelta;
  }

  /** {@return the bits of a value that the last change took, as one number of at most 16 bits} */
  public int window() {
    return leading << Byte.SIZE | trailing;
  }

  /**
   * Adds a sample.
   *
   * @param timestampMs its timestamp, larger than the last one
   * @param value any double
   */
  public void add(long timestampMs, double value) {
    long valueBits = Double.doubleToRawLongBits(value);
    if (count == 0) {
      put(timestampMs, Long.SIZE);
      put(valueBits, Long.SIZE);
    } else {
      long delta = timestampMs - lastMs;
      putDeltaOfDelta(delta - lastDelta);
      lastDelta = delta;
      putValue(valueBits ^ lastBits);
    }
    lastMs = timestampMs;
    lastBits = valueBits;
    count++;
  }

  /**
   * {@return the bits of a sample behind others, at the right, behind a 1 that says how many they
   * are; 0 if they do not fit into a word behind it}
   *
   * @param change by how much its distance from the sample before differs from the one before
   * @param xor the bits of the values before and now that differ
   * @param window as {@link #window} was
   */
  public static long code(long change, long xor, int window) {
    // All of a usual sample at once: the bits of a short code need not be put together again.
    long code = 1L << 1;
    if (change != 0) {
      if (fits(change, SMALL_BITS)) {
        code = (0b110L << SMALL_BITS) | low(change, SMALL_BITS);
      } else if (fits(change, MEDIUM_BITS)) {
        code = (0b1110L << MEDIUM_BITS) | low(change, MEDIUM_BITS);
      } else {
        return 0;
      }
    }
    if (xor == 0) {
      return code << 1;
    }
    int leading = window >>> Byte.SIZE;
    int trailing = window & 0xff;
    int width = Long.SIZE - leading - trailing;
    if (isWithin(xor, leading, trailing)) {
      code = code << 2 | 0b10;
    } else {
      leading = Long.numberOfLeadingZeros(xor);
      trailing = Long.numberOfTrailingZeros(xor);
      width = Long.SIZE - leading - trailing;
      code = code << WINDOW_PREFIX | 0b11L << 12 | (long) leading << 6 | (width - 1);
    }
    return width < Long.numberOfLeadingZeros(code) ? code << width | xor >>> trailing : 0;
  }

  /**
   * {@return the window after a sample}
   *
   * @param xor the bits of the values before and now that differ
   * @param window the one before
   */
  public static int windowAfter(long xor, int window) {
    return xor == 0 || isWithin(xor, window >>> Byte.SIZE, window & 0xff)
        ? window
        : Long.numberOfLeadingZeros(xor) << Byte.SIZE | Long.numberOfTrailingZeros(xor);
  }

  /** Whether a change is written in the window as it is. */
  private static boolean isWithin(long xor, int leading, int trailing) {
    int newLeading = Long.numberOfLeadingZeros(xor);
    int newTrailing = Long.numberOfTrailingZeros(xor);
    return newLeading >= leading
        && newTrailing >= trailing
        && newLeading + newTrailing - leading - trailing <= TOLERATED_WASTE_BITS;
  }

  private void putDeltaOfDelta(long change) {
    if (change == 0) {
      put(0, 1);
    } else if (fits(change, SMALL_BITS)) {
      put(0b10L << SMALL_BITS | low(change, SMALL_BITS), 2 + SMALL_BITS);
    } else if (fits(change, MEDIUM_BITS)) {
      put(0b110L << MEDIUM_BITS | low(change, MEDIUM_BITS), 3 + MEDIUM_BITS);
    } else if (fits(change, LARGE_BITS)) {
      put(0b1110L << LARGE_BITS | low(change, LARGE_BITS), 4 + LARGE_BITS);
    } else {
      put(0b1111, 4);
      put(change, Long.SIZE);
    }
  }

  private static boolean fits(long value, int bits) {
    return value >= -(1L << (bits - 1)) && value < 1L << (bits - 1);
  }

  private static long low(long value, int bits) {
    return value & ((1L << bits) - 1);
  }

  private void putValue(long xor) {
    if (xor == 0) {
      put(0, 1);
      return;
    }
    if (isWithin(xor, leading, trailing)) {
      put(0b10, 2);
      put(xor >>> trailing, Long.SIZE - leading - trailing);
    } else {
      leading = Long.numberOfLeadingZeros(xor);
      trailing = Long.numberOfTrailingZeros(xor);
      int needed = Long.SIZE - leading - trailing;
      put(0b11L << 12 | (long) leading << 6 | (needed - 1), WINDOW_PREFIX);
      put(xor >>> trailing, needed);
    }
  }

  /** Adds the low {@code n} bits, 1 to 64; all higher bits are zero. */
  private void put(long bits, int n) {
    // The word stays in a register: a store that the next load overlaps would stall it.
    int free = Long.SIZE - pendingBits;
    if (n < free) {
      pending |= bits << (free - n);
      pendingBits += n;
      return;
    }
    int over = n - free;
    if (fullWords == words.length) {
      words = Arrays.copyOf(words, 2 * fullWords);
    }
    words[fullWords++] = pending | bits >>> over;
    pendingBits = over;
    pending = over == 0 ? 0 : bits << (Long.SIZE - over);
  }
}

package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;

/**
 * The state of a row of doubles of which each is stored as its difference, by exclusive or, from
 * the one before. Not thread-safe.
 */
final class XorWindow {
  private static final int LEADING_BITS = 5;
  private static final int LENGTH_BITS = 6;
  private static final int MAX_LEADING = (1 << LEADING_BITS) - 1;

  /** No window yet: the first difference has to bring one. */
  private static final int NONE = 0xff;

  private int leading = NONE;
  private int trailing;
  private long last;

  void start(double value) {
    last = Double.doubleToRawLongBits(value);
  }

  double last() {
    return Double.longBitsToDouble(last);
  }

  /** {@return the next value: 0 it is the same, 10 a difference in the window, 11 in a new one} */
  double read(Bits in) throws MalformedDataException {
    if (in.bit() == 1) {
      if (in.bit() == 1) {
        readWindow(in);
      } else {
        readDifference(in);
      }
    }
    return last();
  }

  /** Reads a window and a difference in it. */
  void readWindow(Bits in) throws MalformedDataException {
    leading = (int) in.get(LEADING_BITS);
    int length = (int) in.get(LENGTH_BITS);
    int bits = length == 0 ? Long.SIZE : length;
    if (leading + bits > Long.SIZE) {
      throw new MalformedDataException(
          "a value with %d leading zeros and %d bits (expected: 64 together)"
              .formatted(leading, bits));
    }
    trailing = Long.SIZE - leading - bits;
    readDifference(in);
  }

  /** Reads a difference in the window that was there. */
  void readDifference(Bits in) throws MalformedDataException {
    int zeros = leading == NONE ? 0 : leading;
    last ^= in.get(Long.SIZE - zeros - trailing) << trailing;
  }

  void write(double value, BitSink out) {
    long bits = Double.doubleToRawLongBits(value);
    long difference = bits ^ last;
    last = bits;
    if (difference == 0) {
      out.bit(0);
      return;
    }
    int newLeading = Math.min(MAX_LEADING, Long.numberOfLeadingZeros(difference));
    int newTrailing = Long.numberOfTrailingZeros(difference);
    if (leading != NONE && newLeading >= leading && newTrailing >= trailing) {
      out.put(0b10, 2);
      out.put(difference >>> trailing, Long.SIZE - leading - trailing);
      return;
    }
    leading = newLeading;
    trailing = newTrailing;
    int length = Long.SIZE - leading - trailing;
    out.put(0b11, 2);
    out.put(leading, LEADING_BITS);
    out.put(length & (Long.SIZE - 1), LENGTH_BITS);
    out.put(difference >>> trailing, length);
  }
}

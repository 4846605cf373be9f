package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;

/** A row of bits, the most significant of each byte first, as chunks have them. Not thread-safe. */
final class Bits {
  /** How many bits the sizes of a variable-length number have, behind so many ones and a zero. */
  private static final int[] VARBIT_SIZES = {0, 3, 6, 9, 12, 18, 25, 56, 64};

  private final byte[] bytes;
  private final long endBit;
  private long position;

  /**
   * Creates a reader.
   *
   * @param bytes what to read
   * @param offset the first byte
   */
  Bits(byte[] bytes, int offset) {
    this.bytes = bytes;
    this.position = (long) offset * Byte.SIZE;
    this.endBit = (long) bytes.length * Byte.SIZE;
  }

  int bit() throws MalformedDataException {
    return (int) get(1);
  }

  /** {@return the next n bits, 0 to 64, as an unsigned number} */
  long get(int n) throws MalformedDataException {
    if (n > endBit - position) {
      throw new MalformedDataException(
          "%d bits at bit %d of the chunk (expected: at most %d)"
              .formatted(n, position, endBit - position));
    }
    long value = 0;
    int left = n;
    while (left > 0) {
      int free = Byte.SIZE - (int) (position & 7);
      int taken = Math.min(free, left);
      int part = (bytes[(int) (position >>> 3)] & 0xff) >>> (free - taken) & ((1 << taken) - 1);
      value = (value << taken) | part;
      position += taken;
      left -= taken;
    }
    return value;
  }

  double f64() throws MalformedDataException {
    return Double.longBitsToDouble(get(Long.SIZE));
  }

  long uvarint() throws MalformedDataException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      long next = get(Byte.SIZE);
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedDataException("a varint longer than 10 bytes");
  }

  long varint() throws MalformedDataException {
    long value = uvarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** {@return how many ones are next, at most so many; takes the zero behind them if fewer} */
  int ones(int most) throws MalformedDataException {
    int ones = 0;
    while (ones < most && bit() == 1) {
      ones++;
    }
    return ones;
  }

  /**
   * {@return a number of n bits whose upper half, its middle not among it, stands for negatives}
   */
  long signed(int n) throws MalformedDataException {
    long value = get(n);
    return n < Long.SIZE && value > 1L << (n - 1) ? value - (1L << n) : value;
  }

  long varbitInt() throws MalformedDataException {
    int size = VARBIT_SIZES[ones(VARBIT_SIZES.length - 1)];
    return size == 0 ? 0 : signed(size);
  }

  long varbitUint() throws MalformedDataException {
    return get(VARBIT_SIZES[ones(VARBIT_SIZES.length - 1)]);
  }

  static int varbitSizes() {
    return VARBIT_SIZES.length;
  }

  static int varbitSize(int ones) {
    return VARBIT_SIZES[ones];
  }
}

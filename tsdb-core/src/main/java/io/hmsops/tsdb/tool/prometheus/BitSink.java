package io.hmsops.tsdb.tool.prometheus;

import java.util.Arrays;

/** A row of bits that grows, the most significant of each byte first. Not thread-safe. */
final class BitSink {
  private byte[] bytes = new byte[128];
  private long length;

  void bit(int bit) {
    put(bit, 1);
  }

  /** Adds the low n bits of a number, 0 to 64. */
  void put(long value, int n) {
    int needed = (int) ((length + n + 7) >>> 3);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
    int left = n;
    while (left > 0) {
      int free = Byte.SIZE - (int) (length & 7);
      int added = Math.min(free, left);
      int part = (int) (value >>> (left - added)) & ((1 << added) - 1);
      bytes[(int) (length >>> 3)] |= (byte) (part << (free - added));
      length += added;
      left -= added;
    }
  }

  void f64(double value) {
    put(Double.doubleToRawLongBits(value), Long.SIZE);
  }

  void uvarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      put((rest & 0x7f) | 0x80, Byte.SIZE);
      rest >>>= 7;
    }
    put(rest, Byte.SIZE);
  }

  void varint(long value) {
    uvarint((value << 1) ^ (value >> 63));
  }

  /** Adds so many ones and, unless there are as many as there may be, a zero. */
  void ones(int ones, int most) {
    for (int i = 0; i < ones; i++) {
      bit(1);
    }
    if (ones < most) {
      bit(0);
    }
  }

  /** {@return whether a number is one of those that {@link Bits#signed} gives for n bits} */
  static boolean fits(long value, int n) {
    return n == Long.SIZE || (value >= -(1L << (n - 1)) + 1 && value <= 1L << (n - 1));
  }

  void varbitInt(long value) {
    int ones = 0;
    if (value != 0) {
      ones = 1;
      while (!fits(value, Bits.varbitSize(ones))) {
        ones++;
      }
    }
    putVarbit(value, ones);
  }

  void varbitUint(long value) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(value);
    int ones = 0;
    while (Bits.varbitSize(ones) < bits) {
      ones++;
    }
    putVarbit(value, ones);
  }

  private void putVarbit(long value, int ones) {
    ones(ones, Bits.varbitSizes() - 1);
    put(value, Bits.varbitSize(ones));
  }

  int lengthBytes() {
    return (int) ((length + 7) >>> 3);
  }

  /** {@return what was added, the last byte filled up with zeros} */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, lengthBytes());
  }
}

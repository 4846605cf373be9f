package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteWriter;

/**
 * Writes bits as fractions of a range: a bit that was expected costs less than one bit. What is
 * expected stands in {@link AdaptiveBits}. Not thread-safe.
 */
final class RangeEncoder {
  private static final long LOW_MASK = 0xFFFF_FFFFL;

  private final ByteWriter out;

  /** The low end of the range, 32 bits and a carry. */
  private long low;

  private long range = LOW_MASK;

  /** The last byte that a carry may still change, and how many bytes of 0xFF follow it. */
  private int held;

  private long heldCount;

  RangeEncoder(ByteWriter out) {
    this.out = out;
  }

  void bit(AdaptiveBits model, int context, int bit) {
    long bound = (range >>> AdaptiveBits.PRECISION_BITS) * model.chanceOfOne(context);
    if (bit != 0) {
      range = bound;
    } else {
      low += bound;
      range -= bound;
    }
    model.learn(context, bit);
    while (range < 1 << 24) {
      range <<= Byte.SIZE;
      shift();
    }
  }

  private void shift() {
    if (heldCount == 0) {
      // Nothing before it that a carry could go to.
      held = (int) (low >>> 24);
      heldCount = 1;
    } else if (low < 0xFF00_0000L || low > LOW_MASK) {
      int carry = (int) (low >>> Integer.SIZE);
      out.putByte(held + carry);
      for (long i = 1; i < heldCount; i++) {
        out.putByte(0xFF + carry);
      }
      held = (int) (low >>> 24) & 0xFF;
      heldCount = 1;
    } else {
      heldCount++;
    }
    low = (low << Byte.SIZE) & LOW_MASK;
  }

  /**
   * Writes what is left. Zeros at the end may be cut off: the reader reads zeros behind the end.
   */
  void finish() {
    // Of the numbers in the range, the one that ends with the most zeros.
    for (int zeros = Integer.SIZE - 1; zeros > 0; zeros--) {
      long mask = (1L << zeros) - 1;
      long rounded = (low + mask) & ~mask;
      if (rounded < low + range) {
        low = rounded;
        break;
      }
    }
    for (int i = 0; i < 5; i++) {
      shift();
    }
  }
}

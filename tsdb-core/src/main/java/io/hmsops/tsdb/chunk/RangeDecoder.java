package io.hmsops.tsdb.chunk;

/** Reads what {@link RangeEncoder} wrote. Reads zeros behind the end. Not thread-safe. */
final class RangeDecoder {
  private final byte[] bytes;
  private final int end;
  private int position;
  private long range = 0xFFFF_FFFFL;
  private long code;

  RangeDecoder(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
    for (int i = 0; i < Integer.BYTES; i++) {
      code = code << Byte.SIZE | next();
    }
  }

  private int next() {
    return position < end ? bytes[position++] & 0xFF : 0;
  }

  int bit(AdaptiveBits model, int context) {
    long bound = (range >>> AdaptiveBits.PRECISION_BITS) * model.chanceOfOne(context);
    int bit;
    if (code < bound) {
      range = bound;
      bit = 1;
    } else {
      code -= bound;
      range -= bound;
      bit = 0;
    }
    model.learn(context, bit);
    while (range < 1 << 24) {
      range <<= Byte.SIZE;
      code = code << Byte.SIZE | next();
    }
    return bit;
  }
}

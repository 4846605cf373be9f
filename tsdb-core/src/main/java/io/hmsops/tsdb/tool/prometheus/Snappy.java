package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;

/** Decompresses blocks in the format of Snappy, as records of the log are. */
final class Snappy {
  private static final int LITERAL = 0;
  private static final int SHORT_COPY = 1;
  private static final int COPY = 2;

  /** Literals longer than this have their length behind the tag. */
  private static final int MAX_SHORT_LITERAL = 59;

  private final byte[] in;
  private int position;
  private byte[] out = new byte[0];
  private int length;

  private Snappy(byte[] in) {
    this.in = in;
  }

  /**
   * {@return what a block holds}
   *
   * @param block the block
   * @param maxBytes how much that may be
   */
  static byte[] decompress(byte[] block, int maxBytes) throws MalformedDataException {
    return new Snappy(block).run(maxBytes);
  }

  private byte[] run(int maxBytes) throws MalformedDataException {
    long total = 0;
    int shift = 0;
    int next;
    do {
      next = u8();
      total |= (long) (next & 0x7f) << shift;
      shift += 7;
    } while (next >= 0x80 && shift < 35);
    if (total > maxBytes) {
      throw new MalformedDataException(
          "a compressed record of %d bytes (expected: at most %d)".formatted(total, maxBytes));
    }
    out = new byte[(int) total];
    while (position < in.length) {
      int tag = u8();
      switch (tag & 3) {
        case LITERAL -> literal(tag >>> 2);
        case SHORT_COPY -> copy((tag >>> 5) << Byte.SIZE | u8(), (tag >>> 2 & 7) + 4);
        case COPY -> copy(little(2), (tag >>> 2) + 1);
        default -> copy(little(4), (tag >>> 2) + 1);
      }
    }
    if (length != out.length) {
      throw new MalformedDataException(
          "a compressed record gives %d bytes (expected: %d)".formatted(length, out.length));
    }
    return out;
  }

  private int u8() throws MalformedDataException {
    if (position == in.length) {
      throw new MalformedDataException("a compressed record is cut off");
    }
    return in[position++] & 0xff;
  }

  private int little(int bytes) throws MalformedDataException {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= u8() << (Byte.SIZE * i);
    }
    return value;
  }

  private void literal(int code) throws MalformedDataException {
    int count = (code <= MAX_SHORT_LITERAL ? code : little(code - MAX_SHORT_LITERAL)) + 1;
    if (count <= 0 || count > in.length - position || count > out.length - length) {
      throw new MalformedDataException("a literal of %d bytes does not fit".formatted(count));
    }
    System.arraycopy(in, position, out, length, count);
    position += count;
    length += count;
  }

  private void copy(int distance, int count) throws MalformedDataException {
    if (distance <= 0 || distance > length || count > out.length - length) {
      throw new MalformedDataException(
          "a copy of %d bytes from %d back does not fit".formatted(count, distance));
    }
    // Byte by byte: what is copied may be what was just written.
    for (int i = 0; i < count; i++) {
      out[length] = out[length - distance];
      length++;
    }
  }
}

package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteWriter;
import java.util.Arrays;

/** A row of bits, the most significant of each byte first. Not thread-safe. */
final class BitWriter {
  private byte[] bytes;
  private long word;
  private int wordBits;
  private int length;

  BitWriter(int capacityBytes) {
    bytes = new byte[capacityBytes];
  }

  /** Adds the low {@code n} bits of a number, 1 to 64; all higher bits are zero. */
  void put(long bits, int n) {
    if (n > 32) {
      put(bits >>> 32, n - 32);
      put(bits & 0xFFFF_FFFFL, 32);
      return;
    }
    word = word << n | bits;
    wordBits += n;
    if (length + Integer.BYTES > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    while (wordBits >= Byte.SIZE) {
      wordBits -= Byte.SIZE;
      bytes[length++] = (byte) (word >>> wordBits);
    }
  }

  /** Hands over what was added, the last byte filled up with zeros. */
  void writeTo(ByteWriter out) {
    out.putBytes(bytes, 0, length);
    if (wordBits > 0) {
      out.putByte((int) (word << (Byte.SIZE - wordBits)) & 0xFF);
    }
  }
}

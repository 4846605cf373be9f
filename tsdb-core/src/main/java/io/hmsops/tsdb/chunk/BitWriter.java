package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A row of bits, the most significant of each byte first. Not thread-safe. */
final class BitWriter {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int length;

  /** The bits that are not in {@link #bytes} yet, at the right. */
  private long word;

  /** How many more fit into the word, 1 to 64. */
  private int free = Long.SIZE;

  BitWriter(int capacityBytes) {
    bytes = new byte[capacityBytes];
  }

  /** Adds the low {@code n} bits of a number, 1 to 64; all higher bits are zero. */
  void put(long bits, int n) {
    if (n < free) {
      word = word << n | bits;
      free -= n;
    } else {
      putAcross(bits, n);
    }
  }

  private void putAcross(long bits, int n) {
    if (length + Long.BYTES > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length + Long.BYTES);
    }
    int rest = n - free;
    // If the word is empty it is shifted by nothing, and is 0.
    WORD.set(bytes, length, word << free | bits >>> rest);
    length += Long.BYTES;
    word = bits & ((1L << rest) - 1);
    free = Long.SIZE - rest;
  }

  /** Hands over what was added, the last byte filled up with zeros. */
  void writeTo(ByteWriter out) {
    out.putBytes(bytes, 0, length);
    // If the word is empty, nothing of it is written.
    long left = word << free;
    for (int bits = Long.SIZE - free; bits > 0; bits -= Byte.SIZE) {
      out.putByte((int) (left >>> (Long.SIZE - Byte.SIZE)));
      left <<= Byte.SIZE;
    }
  }
}

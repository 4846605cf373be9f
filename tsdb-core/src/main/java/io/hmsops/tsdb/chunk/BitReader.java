package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.MalformedDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what {@link BitWriter} wrote. Not thread-safe. */
final class BitReader {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final long endBit;
  private long position;

  /**
   * @param bytes what to read; {@link Chunk#SLACK_BYTES} more than {@code end}
   */
  BitReader(byte[] bytes, int offset, int end) {
    this.bytes = bytes;
    this.position = (long) offset * Byte.SIZE;
    this.endBit = (long) end * Byte.SIZE;
  }

  /** {@return the bit that is next, counted from the begin of the array} */
  long position() {
    return position;
  }

  /**
   * {@return the next bits as an unsigned number}
   *
   * @param n how many, 1 to 64
   */
  long get(int n) throws MalformedDataException {
    if (position + n > endBit) {
      throw new MalformedDataException(
          "%d bits at bit %d (expected: at most %d)".formatted(n, position, endBit - position));
    }
    int index = (int) (position >>> 3);
    int skip = (int) position & 7;
    position += n;
    long word = (long) WORD.get(bytes, index) << skip;
    if (n + skip > Long.SIZE) {
      word |= (bytes[index + Long.BYTES] & 0xFFL) >>> (Byte.SIZE - skip);
    }
    return word >>> (Long.SIZE - n);
  }
}

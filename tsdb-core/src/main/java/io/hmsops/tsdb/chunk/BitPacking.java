package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whole numbers in blocks, each number with as many bits as the block's widest needs above the
 * block's smallest. Specified in {@code docs/format/chunk-column.md}.
 */
final class BitPacking {
  static final int BLOCK = 128;

  /** The widest number that one 64-bit word holds at any bit of its first byte. */
  private static final int ONE_WORD = Long.SIZE - Byte.SIZE + 1;

  /** The widest of which one word holds four. */
  private static final int QUARTER_WORD = ONE_WORD / 4;

  /** The widest of which one word holds two. */
  private static final int HALF_WORD = ONE_WORD / 2;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BitPacking() {}

  private static long smallest(long[] numbers, int from, int to) {
    long smallest = numbers[from];
    for (int i = from; i < to; i++) {
      smallest = Math.min(smallest, numbers[i]);
    }
    return smallest;
  }

  private static int width(long[] numbers, int from, int to, long smallest) {
    long all = 0;
    for (int i = from; i < to; i++) {
      all |= numbers[i] - smallest;
    }
    return Long.SIZE - Long.numberOfLeadingZeros(all);
  }

  static long sizeBytes(long[] numbers, int count) {
    long size = 0;
    for (int from = 0; from < count; from += BLOCK) {
      int to = Math.min(count, from + BLOCK);
      long smallest = smallest(numbers, from, to);
      long zigzag = smallest << 1 ^ smallest >> 63;
      size +=
          1
              + (Long.SIZE - Long.numberOfLeadingZeros(zigzag | 1) + 6) / 7
              + ((long) width(numbers, from, to, smallest) * (to - from) + 7) / 8;
    }
    return size;
  }

  static void encode(long[] numbers, int count, ByteWriter out) {
    for (int from = 0; from < count; from += BLOCK) {
      int to = Math.min(count, from + BLOCK);
      long smallest = smallest(numbers, from, to);
      int width = width(numbers, from, to, smallest);
      out.putByte(width);
      out.putZigzag(smallest);
      if (width > 0) {
        BitWriter bits = new BitWriter(width * BLOCK / Byte.SIZE + Long.BYTES);
        for (int i = from; i < to; i++) {
          bits.put(numbers[i] - smallest, width);
        }
        bits.writeTo(out);
      }
    }
  }

  static void decode(byte[] bytes, int offset, int end, long[] into, int from, int count)
      throws MalformedDataException {
    int position = offset;
    for (int done = 0; done < count; done += BLOCK) {
      int numbers = Math.min(BLOCK, count - done);
      ByteReader in = new ByteReader(bytes, position, end - position);
      int width = in.getByte();
      long smallest = in.getZigzag();
      int length = (width * numbers + 7) / 8;
      if (width > Long.SIZE || length > end - in.position()) {
        throw new MalformedDataException(
            "packed block at %d: width %d, %d bytes (expected: at most 64, at most %d bytes)"
                .formatted(position, width, length, end - in.position()));
      }
      unpack(bytes, in.position(), width, smallest, into, from + done, numbers);
      position = in.position() + length;
    }
  }

  private static void unpack(
      byte[] bytes, int offset, int width, long smallest, long[] into, int from, int count)
      throws MalformedDataException {
    if (width == 0) {
      for (int i = from; i < from + count; i++) {
        into[i] = smallest;
      }
    } else if (width <= QUARTER_WORD) {
      unpackFours(bytes, offset, width, smallest, into, from, count);
    } else if (width <= HALF_WORD) {
      unpackTwos(bytes, offset, width, smallest, into, from, count);
    } else if (width <= ONE_WORD) {
      unpackEach(bytes, (long) offset * Byte.SIZE, width, smallest, into, from, from + count);
    } else {
      BitReader in = new BitReader(bytes, offset, bytes.length - Chunk.SLACK_BYTES);
      for (int i = from; i < from + count; i++) {
        into[i] = smallest + in.get(width);
      }
    }
  }

  /*
   * Loading words is what takes time, so several numbers are taken out of each. The bounds of the loops are variables
   * of their own: only then are they loops that count, which the compiler unrolls.
   */

  /** Four numbers of one word at a time. They are brought to the right together, by a vector. */
  private static void unpackFours(
      byte[] bytes, int offset, int width, long smallest, long[] into, int from, int count) {
    int bit = 0;
    int two = 2 * width;
    int three = 3 * width;
    int four = 4 * width;
    int foursEnd = from + (count & ~3);
    for (int i = from; i < foursEnd; i += 4) {
      long word = (long) WORD.get(bytes, offset + (bit >>> 3)) << (bit & 7);
      into[i] = word;
      into[i + 1] = word << width;
      into[i + 2] = word << two;
      into[i + 3] = word << three;
      bit += four;
    }
    int shift = Long.SIZE - width;
    for (int i = from; i < foursEnd; i++) {
      into[i] = smallest + (into[i] >>> shift);
    }
    unpackEach(
        bytes, bit + (long) offset * Byte.SIZE, width, smallest, into, foursEnd, from + count);
  }

  /** Two numbers of one word at a time. */
  private static void unpackTwos(
      byte[] bytes, int offset, int width, long smallest, long[] into, int from, int count) {
    int bit = 0;
    int shift = Long.SIZE - width;
    int two = 2 * width;
    int twosEnd = from + (count & ~1);
    for (int i = from; i < twosEnd; i += 2) {
      long word = (long) WORD.get(bytes, offset + (bit >>> 3)) << (bit & 7);
      into[i] = smallest + (word >>> shift);
      into[i + 1] = smallest + (word << width >>> shift);
      bit += two;
    }
    unpackEach(
        bytes, bit + (long) offset * Byte.SIZE, width, smallest, into, twosEnd, from + count);
  }

  private static void unpackEach(
      byte[] bytes, long start, int width, long smallest, long[] into, int from, int end) {
    long bit = start;
    int shift = Long.SIZE - width;
    for (int i = from; i < end; i++) {
      long word = (long) WORD.get(bytes, (int) (bit >>> 3));
      into[i] = smallest + (word << ((int) bit & 7) >>> shift);
      bit += width;
    }
  }
}

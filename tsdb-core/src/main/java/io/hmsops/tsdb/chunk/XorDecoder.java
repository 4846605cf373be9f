package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.MalformedDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Decodes floats, {@link Codec#XOR}. Specified in {@code docs/format/chunk-xor.md}. */
public final class XorDecoder {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** What one read of a word surely holds, whatever the bit it begins at. */
  private static final int SURE_BITS = 57;

  /** What stands before a value with a new window: two bits, where it begins, how long it is. */
  private static final int WINDOW_PREFIX = 14;

  private XorDecoder() {}

  /**
   * Decodes the first samples of a chunk.
   *
   * @param data the bytes, {@link Chunk#SLACK_BYTES} more than {@code lengthBytes}
   * @param lengthBytes how many bytes count
   * @param count how many samples to decode
   * @param timestampsMs gets the timestamps; at least {@code count} long
   * @param values gets the values; at least {@code count} long
   * @throws MalformedDataException if the bytes end before the samples do
   */
  public static void decode(
      byte[] data, int lengthBytes, int count, long[] timestampsMs, double[] values)
      throws MalformedDataException {
    try {
      long bits = decodeUnchecked(data, count, timestampsMs, values);
      if (bits > (long) lengthBytes * Byte.SIZE) {
        throw new MalformedDataException(
            "%d samples take %d bits (expected: at most %d)"
                .formatted(count, bits, (long) lengthBytes * Byte.SIZE));
      }
    } catch (IndexOutOfBoundsException _) {
      throw new MalformedDataException(
          "%d samples do not end within %d bytes".formatted(count, lengthBytes));
    }
  }

  private static long decodeUnchecked(
      byte[] data, int count, long[] timestampsMs, double[] values) {
    if (count == 0) {
      return 0;
    }
    long time = (long) WORD.get(data, 0);
    long value = (long) WORD.get(data, Long.BYTES);
    timestampsMs[0] = time;
    values[0] = Double.longBitsToDouble(value);
    int at = 2 * Long.SIZE;
    long delta = 0;
    int window = 0;
    int trailing = 0;
    for (int i = 1; i < count; i++) {
      // Most samples are read from one word: reading the next one has to wait for where it begins.
      long word = word(data, at);
      if (word >= 0) {
        word <<= 1;
        at++;
      } else {
        int bits = changeBits(word);
        int prefix = bits == XorEncoder.SMALL_BITS ? 2 : bits == XorEncoder.MEDIUM_BITS ? 3 : 4;
        at += prefix;
        // The sign comes with the arithmetic shift.
        delta += bits == Long.SIZE ? whole(data, at) : (word << prefix) >> (Long.SIZE - bits);
        at += bits;
        word = word(data, at);
      }
      time += delta;
      if (word >= 0) {
        at++;
      } else {
        int prefix = 2;
        if ((word & 1L << 62) != 0) {
          int leading = (int) (word >>> 56) & 0x3f;
          window = ((int) (word >>> 50) & 0x3f) + 1;
          trailing = Long.SIZE - leading - window;
          prefix = WINDOW_PREFIX;
        }
        // One of the sure bits may have been the timestamp's.
        long xor =
            prefix + window < SURE_BITS ? word << prefix : valueBits(data, at + prefix, window);
        value ^= xor >>> (Long.SIZE - window) << trailing;
        at += prefix + window;
      }
      timestampsMs[i] = time;
      values[i] = Double.longBitsToDouble(value);
    }
    return at;
  }

  private static long valueBits(byte[] data, int bit, int window) {
    return window <= SURE_BITS ? word(data, bit) : whole(data, bit);
  }

  /** The word at a bit; at least {@link #SURE_BITS} of it are right, the rest are zero. */
  private static long word(byte[] data, int bit) {
    return (long) WORD.get(data, bit >>> 3) << (bit & 7);
  }

  private static long whole(byte[] data, int bit) {
    long high = (long) WORD.get(data, bit >>> 3) << (bit & 7);
    return high | (data[(bit >>> 3) + Long.BYTES] & 0xffL) >>> (Byte.SIZE - (bit & 7));
  }

  private static int changeBits(long word) {
    if ((word & 1L << 62) == 0) {
      return XorEncoder.SMALL_BITS;
    }
    if ((word & 1L << 61) == 0) {
      return XorEncoder.MEDIUM_BITS;
    }
    return (word & 1L << 60) == 0 ? XorEncoder.LARGE_BITS : Long.SIZE;
  }
}

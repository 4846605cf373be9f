package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.MalformedDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Decodes floats, {@link Codec#XOR}. Specified in {@code docs/format/chunk-xor.md}. */
public final class XorDecoder {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** What stands before a value with a new window: two bits, where it begins, how long it is. */
  private static final int WINDOW_PREFIX = 14;

  private XorDecoder() {}

  /**
   * Decodes the first samples of a chunk.
   *
   * @param data where the bytes are
   * @param from the first of them
   * @param lengthBytes how many bytes count
   * @param count how many samples to decode
   * @param timestampsMs gets the timestamps; at least {@code count} long
   * @param values gets the values; at least {@code count} long
   * @throws MalformedDataException if the bytes end before the samples do
   */
  public static void decode(
      byte[] data, int from, int lengthBytes, int count, long[] timestampsMs, double[] values)
      throws MalformedDataException {
    decode(words(data, from, lengthBytes), 0, lengthBytes, count, timestampsMs, values);
  }

  /** {@return the bytes as words, and some zeros behind them} */
  private static long[] words(byte[] data, int from, int lengthBytes) {
    int end = Math.min(data.length, from + lengthBytes);
    long[] words = new long[lengthBytes / Long.BYTES + 2];
    int word = 0;
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      words[word++] = (long) WORD.get(data, at);
    }
    for (int shift = Long.SIZE - Byte.SIZE; at < end; at++, shift -= Byte.SIZE) {
      words[word] |= (data[at] & 0xffL) << shift;
    }
    return words;
  }

  /**
   * Decodes the first samples of a chunk whose bytes are in words, the first byte in front.
   *
   * @param words where they are; one more word behind those of the chunk may be looked at
   * @param start the first word
   * @param lengthBytes how many bytes count
   * @param count how many samples to decode
   * @param timestampsMs gets the timestamps; at least {@code count} long
   * @param values gets the values; at least {@code count} long
   * @throws MalformedDataException if the bytes end before the samples do
   */
  public static void decode(
      long[] words, int start, int lengthBytes, int count, long[] timestampsMs, double[] values)
      throws MalformedDataException {
    try {
      long bits = decodeUnchecked(words, start, count, timestampsMs, values);
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
      long[] words, int start, int count, long[] timestampsMs, double[] values) {
    if (count == 0) {
      return 0;
    }
    long time = words[start];
    long value = words[start + 1];
    timestampsMs[0] = time;
    values[0] = Double.longBitsToDouble(value);
    int at = (start + 2) * Long.SIZE;
    long delta = 0;
    int window = 0;
    int trailing = 0;
    for (int i = 1; i < count; i++) {
      // Most samples are read from one word: reading the next one has to wait for where it begins.
      long word = word(words, at);
      if (word >= 0) {
        word <<= 1;
        at++;
      } else {
        int bits = changeBits(word);
        int prefix = bits == XorEncoder.SMALL_BITS ? 2 : bits == XorEncoder.MEDIUM_BITS ? 3 : 4;
        at += prefix;
        // The sign comes with the arithmetic shift.
        delta += bits == Long.SIZE ? word(words, at) : (word << prefix) >> (Long.SIZE - bits);
        at += bits;
        word = word(words, at);
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
        // One of the bits may have been the timestamp's.
        long xor = prefix + window < Long.SIZE ? word << prefix : word(words, at + prefix);
        value ^= xor >>> (Long.SIZE - window) << trailing;
        at += prefix + window;
      }
      timestampsMs[i] = time;
      values[i] = Double.longBitsToDouble(value);
    }
    return at - start * (long) Long.SIZE;
  }

  /** The 64 bits from a bit on. */
  private static long word(long[] words, int bit) {
    int index = bit >>> 6;
    // Shifted in two steps, since a shift by 64 would be none.
    return words[index] << bit | words[index + 1] >>> 1 >>> ~bit;
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

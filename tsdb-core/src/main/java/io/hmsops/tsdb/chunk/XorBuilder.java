package io.hmsops.tsdb.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Encodes floats, {@link Codec#XOR}. Specified in {@code docs/format/chunk-xor.md}. */
public final class XorBuilder implements ChunkBuilder {
  static final int SMALL_BITS = 5;
  static final int MEDIUM_BITS = 13;
  static final int LARGE_BITS = 24;

  /** A kept window may waste this many bits before a new one, which costs 12, is opened. */
  private static final int TOLERATED_WASTE_BITS = 12;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[48];
  private int bitLength;
  private int count;
  private long firstMs;
  private long lastMs;
  private long lastDelta;
  private long lastBits;
  private int leading = Long.SIZE;
  private int trailing;

  /** Creates an empty chunk. */
  public XorBuilder() {}

  /**
   * Adds a sample.
   *
   * @param timestampMs its timestamp, larger than the last one
   * @param value any double
   */
  public void add(long timestampMs, double value) {
    long valueBits = Double.doubleToRawLongBits(value);
    if (count == 0) {
      put(timestampMs, Long.SIZE);
      put(valueBits, Long.SIZE);
      firstMs = timestampMs;
    } else {
      long delta = timestampMs - lastMs;
      putDeltaOfDelta(delta - lastDelta);
      lastDelta = delta;
      putValue(valueBits ^ lastBits);
    }
    lastMs = timestampMs;
    lastBits = valueBits;
    count++;
  }

  private void putDeltaOfDelta(long change) {
    if (change == 0) {
      put(0, 1);
    } else if (fits(change, SMALL_BITS)) {
      put(0b10L << SMALL_BITS | low(change, SMALL_BITS), 2 + SMALL_BITS);
    } else if (fits(change, MEDIUM_BITS)) {
      put(0b110L << MEDIUM_BITS | low(change, MEDIUM_BITS), 3 + MEDIUM_BITS);
    } else if (fits(change, LARGE_BITS)) {
      put(0b1110L << LARGE_BITS | low(change, LARGE_BITS), 4 + LARGE_BITS);
    } else {
      put(0b1111, 4);
      put(change, Long.SIZE);
    }
  }

  private static boolean fits(long value, int bits) {
    return value >= -(1L << (bits - 1)) && value < 1L << (bits - 1);
  }

  private static long low(long value, int bits) {
    return value & ((1L << bits) - 1);
  }

  private void putValue(long xor) {
    if (xor == 0) {
      put(0, 1);
      return;
    }
    int newLeading = Long.numberOfLeadingZeros(xor);
    int newTrailing = Long.numberOfTrailingZeros(xor);
    int needed = Long.SIZE - newLeading - newTrailing;
    int window = Long.SIZE - leading - trailing;
    if (newLeading >= leading
        && newTrailing >= trailing
        && window - needed <= TOLERATED_WASTE_BITS) {
      put(0b10, 2);
      put(xor >>> trailing, window);
    } else {
      leading = newLeading;
      trailing = newTrailing;
      put(0b11L << 12 | (long) leading << 6 | (needed - 1), 14);
      put(xor >>> trailing, needed);
    }
  }

  /** Adds the low {@code n} bits, 1 to 64; all higher bits are zero. */
  private void put(long bits, int n) {
    int index = bitLength >>> 3;
    if (index + 2 * Chunk.SLACK_BYTES > bytes.length) {
      // Room for this and for the slack that decoders read.
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    int free = Long.SIZE - (bitLength & 7);
    long word = (long) WORD.get(bytes, index);
    if (n <= free) {
      WORD.set(bytes, index, word | bits << (free - n));
    } else {
      int over = n - free;
      WORD.set(bytes, index, word | bits >>> over);
      bytes[index + Long.BYTES] = (byte) (bits << (Byte.SIZE - over));
    }
    bitLength += n;
  }

  @Override
  public Chunk snapshot() {
    return new Chunk(Codec.XOR, firstMs, lastMs, count, bytes, (bitLength + 7) >>> 3);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public boolean isFull() {
    return count >= MAX_SAMPLES || bitLength >= FULL_BYTES * Byte.SIZE;
  }

  @Override
  public long minTimeMs() {
    return firstMs;
  }
}

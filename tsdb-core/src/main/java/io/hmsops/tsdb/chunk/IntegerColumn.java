package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.util.Arrays;

/**
 * A column of whole numbers: timestamps, or what values are multiples of. Any 64-bit numbers come
 * back as they were; arithmetic wraps. Specified in {@code docs/format/chunk-column.md}.
 */
public final class IntegerColumn {
  private static final int CONSTANT = 0;
  private static final int PACKED = 1;
  private static final int RUNS = 2;
  private static final int CODED = 3;

  private static final int KIND_MASK = 3;
  private static final int ORDER_SHIFT = 2;
  private static final int ORDER_MASK = 3;
  private static final int HAS_DIVISOR = 1 << 4;

  private IntegerColumn() {}

  /**
   * Writes a column.
   *
   * @param numbers the column
   * @param count how many of them, at least one
   * @param cold whether smaller is worth slower
   * @param out where to
   */
  public static void encode(long[] numbers, int count, boolean cold, ByteWriter out) {
    long first = numbers[0];
    long divisor = divisor(numbers, count);
    if (divisor == 0) {
      out.putByte(CONSTANT);
      out.putZigzag(first);
      return;
    }
    long[] scaled = new long[count];
    for (int i = 0; i < count; i++) {
      scaled[i] = divisor == 1 ? numbers[i] - first : (numbers[i] - first) / divisor;
    }
    Residuals best = Residuals.best(scaled, count, cold);
    long packed = BitPacking.sizeBytes(best.numbers(), best.count());
    long runs = RunLengths.sizeBytes(best.numbers(), best.count(), packed);
    int kind = runs < packed ? RUNS : PACKED;
    ByteWriter coded = new ByteWriter(64);
    if (cold) {
      ResidualCoder.encode(best.numbers(), best.count(), coded);
      kind = coded.length() < Math.min(runs, packed) ? CODED : kind;
    }
    out.putByte(kind | best.order() << ORDER_SHIFT | (divisor > 1 ? HAS_DIVISOR : 0));
    out.putZigzag(first);
    if (divisor > 1) {
      out.putVarint(divisor);
    }
    out.putZigzag(best.base());
    switch (kind) {
      case PACKED -> BitPacking.encode(best.numbers(), best.count(), out);
      case RUNS -> RunLengths.encode(best.numbers(), best.count(), out);
      default -> out.putBytes(coded.array(), 0, coded.length());
    }
  }

  /** {@return what all distances from the first are multiples of; 0 if there are none} */
  private static long divisor(long[] numbers, int count) {
    long divisor = 0;
    for (int i = 1; i < count; i++) {
      long distance = numbers[i] - numbers[0];
      if (((numbers[i] ^ numbers[0]) & (numbers[i] ^ distance)) < 0 || distance == Long.MIN_VALUE) {
        // It wrapped around, so it cannot be divided.
        return 1;
      }
      divisor = commonDivisor(Math.abs(distance), divisor);
      if (divisor == 1) {
        return 1;
      }
    }
    return divisor;
  }

  private static long commonDivisor(long a, long b) {
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }

  /**
   * Reads a column.
   *
   * @param bytes where it is, with {@link Chunk#SLACK_BYTES} behind {@code end}
   * @param offset its first byte
   * @param end where its bytes end
   * @param into gets the numbers from index 0
   * @param count how many
   * @throws MalformedDataException if the bytes are not such a column
   */
  public static void decode(byte[] bytes, int offset, int end, long[] into, int count)
      throws MalformedDataException {
    ByteReader in = new ByteReader(bytes, offset, end - offset);
    int header = in.getByte();
    long first = in.getZigzag();
    int kind = header & KIND_MASK;
    if (kind == CONSTANT) {
      Arrays.fill(into, 0, count, first);
      return;
    }
    long divisor = (header & HAS_DIVISOR) != 0 ? in.getVarint() : 1;
    long base = in.getZigzag();
    int order = header >>> ORDER_SHIFT & ORDER_MASK;
    int skipped = Residuals.skipped(order);
    int residuals = Math.max(0, count - skipped);
    switch (kind) {
      case PACKED -> BitPacking.decode(bytes, in.position(), end, into, skipped, residuals);
      case RUNS -> RunLengths.decode(in, into, skipped, residuals);
      default -> ResidualCoder.decode(bytes, in.position(), end, into, skipped, residuals);
    }
    // A step times the divisor is a step of the column itself: one pass, no multiplication behind a
    // sum.
    Residuals.undo(order, first, base * divisor, divisor, into, count);
  }
}

package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;

/** Whole numbers as runs of equal ones. Specified in {@code docs/format/chunk-column.md}. */
final class RunLengths {
  private RunLengths() {}

  private static int runEnd(long[] numbers, int from, int count) {
    int end = from + 1;
    while (end < count && numbers[end] == numbers[from]) {
      end++;
    }
    return end;
  }

  /** A run takes two bytes at least. */
  private static int runs(long[] numbers, int count) {
    int runs = Math.min(1, count);
    for (int i = 1; i < count; i++) {
      runs += numbers[i] != numbers[i - 1] ? 1 : 0;
    }
    return runs;
  }

  /** {@return the size, or at least {@code limit} if it is not smaller} */
  static long sizeBytes(long[] numbers, int count, long limit) {
    if (2L * runs(numbers, count) >= limit) {
      return limit;
    }
    long size = 0;
    for (int i = 0; i < count && size < limit; ) {
      int end = runEnd(numbers, i, count);
      size += varintBytes(numbers[i] << 1 ^ numbers[i] >> 63) + varintBytes(end - i - 1L);
      i = end;
    }
    return size;
  }

  private static int varintBytes(long unsigned) {
    return (Long.SIZE - Long.numberOfLeadingZeros(unsigned | 1) + 6) / 7;
  }

  static void encode(long[] numbers, int count, ByteWriter out) {
    for (int i = 0; i < count; ) {
      int end = runEnd(numbers, i, count);
      out.putZigzag(numbers[i]);
      out.putVarint(end - i - 1L);
      i = end;
    }
  }

  static void decode(ByteReader in, long[] into, int from, int count)
      throws MalformedDataException {
    int end = from + count;
    int i = from;
    while (i < end) {
      long number = in.getZigzag();
      long more = in.getVarint();
      if (more < 0 || more >= end - i) {
        throw new MalformedDataException(
            "run of %d (expected: at most %d)".formatted(more + 1, end - i));
      }
      int stop = i + (int) more + 1;
      while (i < stop) {
        into[i++] = number;
      }
    }
  }
}

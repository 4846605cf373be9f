package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.ValueColumn;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.ChunkStatistics;
import java.util.Optional;

/**
 * The statistics at the start of a chunk of floats. What follows from other fields is left out.
 * Specified in {@code docs/format/block.md}.
 */
final class FloatStatistics {
  /**
   * The values are one number again and again: all follows from the column of values behind this.
   */
  private static final int EQUAL = 1;

  /** No value is smaller than the one before: smallest, largest and resets follow. */
  private static final int RISING = 2;

  /** A staleness marker is among the samples; their number is stored. */
  private static final int STALE = 4;

  /** The increase is the last value less the first one. */
  private static final int PLAIN_INCREASE = 8;

  /** There are none: not a single number. */
  private static final int NONE = 16;

  /** Other chunks may be differences from this one; a hint for readers. */
  private static final int BASE = 32;

  private FloatStatistics() {}

  /** {@return whether flags say that all values are the same} */
  static boolean areEqual(int flags) {
    return (flags & EQUAL) != 0;
  }

  /** {@return whether flags say that other chunks may be differences from the chunk} */
  static boolean areOfBase(int flags) {
    return (flags & BASE) != 0;
  }

  static ChunkStatistics of(long[] timestampsMs, double[] values, int count) {
    int numbers = 0;
    double first = Double.NaN;
    double last = Double.NaN;
    double min = Double.NaN;
    double max = Double.NaN;
    double sum = 0;
    double increase = 0;
    int resets = 0;
    for (int i = 0; i < count; i++) {
      double value = values[i];
      if (StaleMarker.is(value)) {
        continue;
      }
      if (numbers == 0) {
        first = value;
        min = value;
        max = value;
      } else {
        boolean fell = value < last;
        resets += fell ? 1 : 0;
        increase += fell ? value : value - last;
        min = value < min || Double.isNaN(min) ? value : min;
        max = value > max || Double.isNaN(max) ? value : max;
      }
      sum += value;
      last = value;
      numbers++;
    }
    return new ChunkStatistics(
        numbers,
        timestampsMs[0],
        timestampsMs[count - 1],
        first,
        last,
        min,
        max,
        sum,
        increase,
        resets,
        numbers < count);
  }

  /**
   * Writes statistics.
   *
   * @param constant whether the column of values, which is a constant one, follows right behind
   * @param base whether other chunks may be differences from this one
   */
  static void write(
      ChunkStatistics statistics, int samples, boolean constant, boolean base, ByteWriter out) {
    if (statistics.count() == 0) {
      out.putByte(NONE);
      return;
    }
    boolean equal = constant && same(sumOf(statistics.first(), samples), statistics.sum());
    boolean rising =
        statistics.resets() == 0
            && same(statistics.min(), statistics.first())
            && same(statistics.max(), statistics.last());
    boolean plain = same(statistics.increase(), statistics.last() - statistics.first());
    out.putByte(
        (equal ? EQUAL : 0)
            | (rising ? RISING : 0)
            | (statistics.hasStaleMarkers() ? STALE : 0)
            | (plain ? PLAIN_INCREASE : 0)
            | (base ? BASE : 0));
    if (equal) {
      return;
    }
    ValueColumn.encodeConstant(statistics.first(), out);
    if (statistics.hasStaleMarkers()) {
      out.putVarint(statistics.count());
    }
    ValueColumn.encodeConstant(statistics.last(), out);
    ValueColumn.encodeConstant(statistics.sum(), out);
    if (!rising) {
      ValueColumn.encodeConstant(statistics.min(), out);
      ValueColumn.encodeConstant(statistics.max(), out);
      out.putVarint(statistics.resets());
    }
    if (!plain) {
      ValueColumn.encodeConstant(statistics.increase(), out);
    }
  }

  private static boolean same(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  /** What adding a value so often gives; the additions are all exact, or NaN is returned. */
  private static double sumOf(double value, int count) {
    double sum = value * count;
    return Math.rint(value) == value && Math.abs(sum) <= 1L << 53 ? sum : Double.NaN;
  }

  /** {@return the statistics, empty if there is no number} The reader stands behind them. */
  static Optional<ChunkStatistics> read(ByteReader in, long minTimeMs, long maxTimeMs, int samples)
      throws MalformedDataException {
    int flags = in.getByte();
    if ((flags & NONE) != 0) {
      return Optional.empty();
    }
    if ((flags & EQUAL) != 0) {
      // Only looked at: the reader stays before the column of values.
      double first =
          ValueColumn.decodeOne(
              new ByteReader(in.array(), in.position(), in.end() - in.position()));
      return Optional.of(
          new ChunkStatistics(
              samples,
              minTimeMs,
              maxTimeMs,
              first,
              first,
              first,
              first,
              sumOf(first, samples),
              0,
              0,
              false));
    }
    double first = ValueColumn.decodeOne(in);
    boolean stale = (flags & STALE) != 0;
    int count = stale ? (int) in.getVarint() : samples;
    double last = ValueColumn.decodeOne(in);
    double sum = ValueColumn.decodeOne(in);
    boolean rising = (flags & RISING) != 0;
    double min = rising ? first : ValueColumn.decodeOne(in);
    double max = rising ? last : ValueColumn.decodeOne(in);
    int resets = rising ? 0 : (int) in.getVarint();
    double increase = (flags & PLAIN_INCREASE) != 0 ? last - first : ValueColumn.decodeOne(in);
    return Optional.of(
        new ChunkStatistics(
            count, minTimeMs, maxTimeMs, first, last, min, max, sum, increase, resets, stale));
  }
}

package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.BucketDifferences;
import io.hmsops.tsdb.chunk.HistogramColumn;
import io.hmsops.tsdb.chunk.IntegerColumn;
import io.hmsops.tsdb.chunk.ValueColumn;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.UnreadableFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of a block.
 *
 * @param file where it is
 * @param times its timestamps
 * @param kind see {@link BlockLayout}
 * @param offset where it begins in the file
 * @param length how many bytes it has, without the checksum
 * @param cold whether it was written where smaller is worth slower
 * @param buckets remembers values that other chunks are differences from
 */
record BlockChunk(
    MappedFile file,
    BlockTimes times,
    int kind,
    long offset,
    int length,
    boolean cold,
    BucketValues buckets)
    implements ChunkSource {
  /** {@return its bytes and some more, checked} */
  byte[] bytes() throws CorruptFileException {
    return file.readChecked(offset, length);
  }

  @Override
  public long minTimeMs() {
    return times.minTimeMs();
  }

  @Override
  public long maxTimeMs() {
    return times.maxTimeMs();
  }

  @Override
  public long storedBytes() {
    return (long) length + Integer.BYTES;
  }

  @Override
  public void decode(SampleBatch into) throws CorruptFileException {
    int count = times.count();
    byte[] bytes = bytes();
    long[] timestampsMs = times.timestampsMs();
    into.clear();
    into.ensureCapacity(count);
    try {
      ByteReader in = new ByteReader(bytes, 0, length);
      switch (kind) {
        case BlockLayout.FLOATS, BlockLayout.FLOATS_WITH_STARTS, BlockLayout.DIFFERENCES -> {
          BucketReference reference = reference(in);
          var _ = FloatStatistics.read(in, minTimeMs(), maxTimeMs(), count);
          long[] startsMs = kind == BlockLayout.FLOATS ? NO_STARTS : starts(in, bytes, count);
          // The array of timestamps is scratch until they are put into it.
          ValueColumn.decode(
              bytes, in.position(), length, into.values(), into.timestampsMs(), count);
          if (reference != null) {
            addBase(reference, into, count);
          } else if (FloatStatistics.areOfBase(bytes[0])) {
            buckets.keep(file, offset, into.values(), count);
          }
          System.arraycopy(timestampsMs, 0, into.timestampsMs(), 0, count);
          if (startsMs.length > 0) {
            into.setFloatCount(startsMs, count);
          } else {
            into.setFloatCount(count);
          }
        }
        case BlockLayout.HISTOGRAMS -> {
          long[] startsMs = starts(in, bytes, count);
          Histogram[] histograms = HistogramColumn.decode(bytes, in.position(), length, count);
          for (int i = 0; i < count; i++) {
            into.add(timestampsMs[i], HistogramContinuity.asRead(histograms[i], i == 0));
          }
          if (startsMs.length > 0) {
            into.setStartTimestamps(startsMs);
          }
        }
        default ->
            throw new MalformedDataException("chunk of kind %d (expected: 0 to 3)".formatted(kind));
      }
    } catch (MalformedDataException e) {
      throw file.damaged(offset, e.getMessage());
    }
  }

  /** {@return what the chunk is a difference from, null if it is none; the reader stands behind} */
  private @Nullable BucketReference reference(ByteReader in) throws MalformedDataException {
    if (kind != BlockLayout.DIFFERENCES) {
      return null;
    }
    if (file.version() == BlockLayout.OLDEST_VERSION) {
      throw new MalformedDataException("chunk of kind %d (expected: 0 to 2)".formatted(kind));
    }
    return BucketReference.read(in);
  }

  /** Turns differences into values. The array of timestamps is scratch. */
  private void addBase(BucketReference reference, SampleBatch into, int count)
      throws CorruptFileException {
    long baseOffset = offset - reference.distance();
    double[] values = into.values();
    if (buckets.undo(file, baseOffset, values, count, reference.whole())) {
      return;
    }
    double[] base = new double[count];
    try {
      byte[] bytes = file.readChecked(baseOffset, reference.length());
      decodePlain(bytes, reference.length(), reference.kind(), base, into.timestampsMs(), count);
    } catch (UnreadableFileException e) {
      throw e;
    } catch (CorruptFileException | MalformedDataException e) {
      throw file.damaged(
          offset, "differences from the chunk at %d: %s".formatted(baseOffset, e.getMessage()));
    }
    buckets.keep(file, baseOffset, base, count);
    BucketDifferences.undo(base, values, count, reference.whole());
  }

  /** Decodes the values of a chunk that is no difference. */
  static void decodePlain(
      byte[] bytes, int length, int kind, double[] into, long[] scratch, int count)
      throws MalformedDataException {
    ByteReader in = new ByteReader(bytes, 0, length);
    var _ = FloatStatistics.read(in, 0, 0, count);
    if (kind == BlockLayout.FLOATS_WITH_STARTS) {
      in.skip(in.getCount());
    }
    ValueColumn.decode(bytes, in.position(), length, into, scratch, count);
  }

  /** {@return whether these are floats of which none depends on another chunk} */
  boolean isPlain() {
    return kind == BlockLayout.FLOATS || kind == BlockLayout.FLOATS_WITH_STARTS;
  }

  private static final long[] NO_STARTS = {};

  /** {@return the start timestamps, or none; the reader stands behind them} */
  private static long[] starts(ByteReader in, byte[] bytes, int count)
      throws MalformedDataException {
    int length = in.getCount();
    if (length == 0) {
      return NO_STARTS;
    }
    long[] startsMs = new long[count];
    IntegerColumn.decode(bytes, in.position(), in.position() + length, startsMs, count);
    in.skip(length);
    return startsMs;
  }

  @Override
  public Optional<ChunkStatistics> statistics() throws CorruptFileException {
    if (kind != BlockLayout.FLOATS && kind != BlockLayout.DIFFERENCES) {
      return Optional.empty();
    }
    byte[] bytes = bytes();
    try {
      ByteReader in = new ByteReader(bytes, 0, length);
      BucketReference reference = reference(in);
      Optional<ChunkStatistics> statistics =
          FloatStatistics.read(in, minTimeMs(), maxTimeMs(), times.count());
      boolean hasStarts = reference != null && in.getCount() > 0;
      return hasStarts ? Optional.empty() : statistics;
    } catch (MalformedDataException e) {
      throw file.damaged(offset, e.getMessage());
    }
  }
}

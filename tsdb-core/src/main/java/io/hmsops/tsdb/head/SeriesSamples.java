package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.MaskedChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.tombstone.Intervals;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.MutableLong;
import org.jspecify.annotations.Nullable;

/**
 * The samples of each series, by number. Guarded by the head's locks: both for writing, either for
 * reading.
 */
final class SeriesSamples {
  /*
   * Most series are floats in order: a line, and slots for chunks (PlainSeries). The others have the same line and
   * keep their samples in a RichSeries on the heap.
   */

  /** A rich series with its open chunk, about. */
  private static final int RICH_BYTES = 1200;

  private final SeriesLines lines;
  private final NewestSamples newest;
  private final Slabs slabs = new Slabs();
  private final PlainSeries plain;
  private final Int2ObjectHashMap<RichSeries> rich = new Int2ObjectHashMap<>();

  /** What the sealed chunks and late samples of {@link #rich} take. */
  private final MutableLong richSealedBytes = new MutableLong();

  private final long blockRangeMs;

  /** No sample is older; there may be none as old. */
  private long oldestMs = Long.MAX_VALUE;

  SeriesSamples(SeriesLines lines, NewestSamples newest, ReaderStamps readers, long blockRangeMs) {
    this.lines = lines;
    this.newest = newest;
    this.blockRangeMs = blockRangeMs;
    this.plain = new PlainSeries(lines, slabs, readers, blockRangeMs);
  }

  Slabs slabs() {
    return slabs;
  }

  /** {@return the chunks of series that are not {@link #rich}} */
  PlainSeries plain() {
    return plain;
  }

  /** {@return the samples of a series that has others than floats in order, else null} */
  @Nullable RichSeries rich(int number) {
    return lines.is(number, SeriesLines.RICH) ? rich.get(number) : null;
  }

  /** Moves a series to where everything can be stored. */
  private RichSeries enrich(int number, long lastMs) {
    RichSeries known = rich(number);
    if (known != null) {
      return known;
    }
    RichSeries moved = new RichSeries(richSealedBytes);
    plain.seal(number, lastMs);
    List<SlabChunk> chunks = plain.chunks(number, lastMs);
    chunks.forEach(chunk -> moved.restore(chunk.toChunk()));
    plain.dropOldest(number, chunks.size());
    rich.put(number, moved);
    lines.setFlag(number, SeriesLines.RICH, true);
    return moved;
  }

  /** Drops what of a series is not in plain chunks. */
  void dropRich(int number) {
    RichSeries moved = rich.remove(number);
    if (moved != null) {
      moved.release();
    }
  }

  /** Drops all of a series. */
  void clear(int number) {
    if (rich(number) == null) {
      plain.seal(number, newest.timeMs(number));
      plain.dropOldest(number, plain.chunks(number, 0).size());
    }
    dropRich(number);
    lines.setFlag(number, SeriesLines.RICH, false);
  }

  /**
   * Appends a sample behind all others of its series.
   *
   * @param previousMs the timestamp of the sample before it, as {@link NewestSamples} had it
   * @param previousValue its value
   */
  void append(
      int number,
      long timestampMs,
      double value,
      @Nullable Histogram histogram,
      long startMs,
      long previousMs,
      double previousValue) {
    RichSeries moved =
        histogram != null || startMs != SampleBatch.NO_START_TIMESTAMP
            ? enrich(number, previousMs)
            : rich(number);
    if (moved != null) {
      moved.append(timestampMs, value, histogram, startMs, blockRangeMs);
    } else {
      plain.append(
          lines.page(number),
          SeriesLines.start(number),
          number,
          timestampMs,
          value,
          previousMs,
          previousValue);
    }
    addTotal(number, 1);
    noteOldest(timestampMs);
  }

  void noteOldest(long timestampMs) {
    if (timestampMs < oldestMs) {
      oldestMs = timestampMs;
    }
  }

  /** {@return how many samples of a series were appended in order} */
  int total(int number) {
    return lines.low(number, SeriesLines.COUNTS);
  }

  private void addTotal(int number, int count) {
    lines.setLow(number, SeriesLines.COUNTS, total(number) + count);
  }

  /** Adds a sample behind a newer one, at a time at which there is none. */
  void appendLate(int number, LateSamples.Late late, long previousMs) {
    enrich(number, previousMs).appendLate(late);
    oldestMs = Math.min(oldestMs, late.timestampMs());
  }

  /** Deletes what there is now of a time range. */
  void delete(int number, long fromMs, long toMs) {
    if (!isEmpty(number)) {
      enrich(number, newest.timeMs(number)).delete(fromMs, toMs);
    }
  }

  /** {@return what is deleted of a series} */
  Intervals deleted(int number) {
    RichSeries moved = rich(number);
    return moved == null ? Intervals.NONE : moved.deleted();
  }

  /** Takes over a chunk of a checkpoint, older than all that is appended. */
  void restore(int number, Chunk chunk) {
    if (chunk.codec() == Codec.XOR && rich(number) == null && PlainSeries.fits(chunk)) {
      plain.restore(number, chunk);
    } else {
      enrich(number, chunk.minTimeMs()).restore(chunk);
    }
    addTotal(number, chunk.count());
    oldestMs = Math.min(oldestMs, chunk.minTimeMs());
  }

  /** Takes over what is deleted of a series. */
  void restoreDeleted(int number, Intervals deleted, long newestMs) {
    enrich(number, newestMs).restoreDeleted(deleted);
  }

  /**
   * Takes over the chunks of floats that a checkpoint has of a new series.
   *
   * @param stored before its first chunk; at its end after
   * @param inBlock whether a chunk that begins at a time is in a block, and not wanted
   * @return the newest timestamp taken over, {@link Long#MIN_VALUE} if there is none
   */
  long restore(int number, FloatSeriesReader stored, LongPredicate inBlock)
      throws MalformedDataException {
    long lastMs = Long.MIN_VALUE;
    while (stored.nextChunk()) {
      long minTimeMs = PlainCheckpoint.minTimeMs(stored);
      if (!inBlock.test(minTimeMs)) {
        plain.restore(number, stored);
        addTotal(number, stored.samples());
        lastMs = stored.maxTimeMs();
        oldestMs = Math.min(oldestMs, minTimeMs);
      }
    }
    return lastMs;
  }

  /** {@return the chunks of a series, oldest first} */
  List<? extends StoredChunk> chunks(int number) {
    RichSeries moved = rich(number);
    return moved != null ? moved.chunks() : plain.chunks(number, newest.timeMs(number));
  }

  /** {@return the samples of a series that came late, null if none did} */
  @Nullable LateSamples late(int number) {
    RichSeries moved = rich(number);
    return moved != null ? moved.late() : null;
  }

  /** {@return the sample stored here at a time, null if there is none} */
  LateSamples.@Nullable Late at(int number, long timestampMs) throws TsdbException {
    LateSamples late = late(number);
    LateSamples.Late found = late != null ? late.at(timestampMs) : null;
    if (found != null || deleted(number).contains(timestampMs)) {
      return found;
    }
    for (StoredChunk chunk : chunks(number)) {
      if (chunk.minTimeMs() <= timestampMs && chunk.maxTimeMs() >= timestampMs) {
        SampleBatch batch = new SampleBatch();
        chunk.source().decode(batch);
        int at = Arrays.binarySearch(batch.timestampsMs(), 0, batch.count(), timestampMs);
        if (at >= 0) {
          boolean floats = !batch.holdsHistograms();
          return new LateSamples.Late(
              0,
              timestampMs,
              floats ? batch.values()[at] : 0,
              floats ? null : batch.histograms()[at],
              batch.startTimestampMs(at));
        }
      }
    }
    return null;
  }

  boolean isEmpty(int number) {
    RichSeries moved = rich(number);
    return moved != null ? moved.isEmpty() : plain.isEmpty(number);
  }

  /** {@return the first timestamp of a series, {@link Long#MAX_VALUE} if there is none} */
  long minTimeMs(int number) {
    RichSeries moved = rich(number);
    return moved != null ? moved.minTimeMs() : plain.minTimeMs(number);
  }

  /** {@return a timestamp before which there is nothing} */
  long oldestMs() {
    return oldestMs;
  }

  /** Finds the oldest timestamp anew, after something was dropped. */
  void findOldest() {
    long oldest = Long.MAX_VALUE;
    for (int number = 0; number < lines.size(); number++) {
      oldest = Math.min(oldest, minTimeMs(number));
    }
    oldestMs = oldest;
  }

  long chunkCount() {
    return plain.chunkCount() + rich.values().stream().mapToLong(RichSeries::chunkCount).sum();
  }

  /** Seals the open chunk if it begins before a time. */
  void sealUntil(int number, long lastMs) {
    RichSeries moved = rich(number);
    if (moved != null) {
      moved.sealUntil(lastMs);
    } else if (plain.isOpen(number) && plain.openMinTimeMs(number) <= lastMs) {
      plain.seal(number, newest.timeMs(number));
    }
  }

  /** {@return how many sealed chunks end before a time; they are the oldest} */
  int chunksUntil(int number, long lastMs) {
    RichSeries moved = rich(number);
    return moved != null ? moved.sealedUntil(lastMs) : plain.sealedUntil(number, lastMs);
  }

  /** {@return what goes into blocks of a series, by time} */
  List<ChunkSource> cutSources(int number, int chunkCount, long lastMs, long lsn) {
    List<ChunkSource> sources = new ArrayList<>(chunkCount);
    for (StoredChunk chunk : chunks(number).subList(0, chunkCount)) {
      sources.add(chunk.source());
    }
    RichSeries moved = rich(number);
    if (moved != null) {
      sources = new ArrayList<>(MaskedChunk.mask(sources, moved.deleted()));
      if (moved.late() != null) {
        sources.addAll(moved.late().chunksByRange(lastMs, blockRangeMs, lsn));
      }
      sources.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    }
    return sources;
  }

  /** Drops what is in blocks now. */
  void drop(int number, int chunkCount, long lastMs, long lsn) {
    RichSeries moved = rich(number);
    if (moved == null) {
      plain.dropOldest(number, chunkCount);
      return;
    }
    moved.drop(chunkCount, lastMs, lsn);
    if (moved.becomesPlain()) {
      dropRich(number);
      lines.setFlag(number, SeriesLines.RICH, false);
      moved.chunks().forEach(chunk -> plain.restore(number, chunk.toChunk()));
    }
  }

  /** {@return how many bytes the samples take} */
  long memoryBytes() {
    return slabs.memoryBytes() + richSealedBytes.get() + RICH_BYTES * (long) rich.size();
  }
}

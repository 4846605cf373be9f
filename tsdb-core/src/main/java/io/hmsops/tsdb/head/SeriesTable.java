package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.MaskedChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.tombstone.Intervals;
import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What the head knows of each series, by number. Guarded by the head's locks: the newest sample by
 * the commit lock, the rest by both for writing and by either for reading.
 */
final class SeriesTable {
  /*
   * Samples are numbered as they are appended; a line knows how many there are, so the number of a chunk's first
   * sample is found by counting back from the newest chunk. A reader of a batch may see the samples below
   * SampleVersions.visible(batch).
   */

  /** What the chunks of a series take after some samples, about. */
  private static final int YOUNG_CHUNK_BYTES = 160;

  private final SeriesLines lines = new SeriesLines();
  private final NewestSamples newest = new NewestSamples(lines);
  private final SeriesSamples samples;
  private final FloatAppends floats;
  private final SeriesIndex index;
  private final SampleVersions versions = new SampleVersions(lines);
  private final RetiredSeries retired = new RetiredSeries();
  private final ReaderStamps readers;

  /**
   * Creates an empty table.
   *
   * @param stateReadLock while it is held, nothing but newest samples changes
   */
  SeriesTable(ReaderStamps readers, long blockRangeMs, Lock stateReadLock) {
    this.index = new SeriesIndex(lines, stateReadLock);
    this.readers = readers;
    this.samples = new SeriesSamples(lines, newest, readers, blockRangeMs);
    this.floats = new FloatAppends(lines, samples.plain(), versions, readers);
  }

  SeriesIndex index() {
    return index;
  }

  NewestSamples newest() {
    return newest;
  }

  SeriesSamples samples() {
    return samples;
  }

  FloatAppends floats() {
    return floats;
  }

  /** {@return behind the largest number} */
  int size() {
    return lines.size();
  }

  boolean exists(int number) {
    return index.exists(number);
  }

  /** {@return whether a reference is of a series} Of any thread. */
  boolean isReference(long ref) {
    return lines.exists((int) ref - 1, (int) (ref >>> Integer.SIZE));
  }

  /** {@return the reference of a series} */
  long reference(int number) {
    return (long) lines.generation(number) << Integer.SIZE | (number + 1L);
  }

  /**
   * Creates a series.
   *
   * @param newestMs what is stored elsewhere of it is not newer
   * @param batch the newest batch so far
   * @return its number
   */
  int create(Labels labels, long newestMs, long batch) {
    int number = index.freeNumber();
    index.create(number, labels);
    lines.set(number, SeriesLines.NEWEST_MS, newestMs);
    lines.setVersion(number, batch);
    return number;
  }

  /** {@return whether nothing was written to a series since a batch; another if it has ended} */
  boolean isIdle(int number, long silentUntil, long staleUntil) {
    if (!exists(number)) {
      return false;
    }
    long last = lines.version(number);
    LateSamples late = samples.late(number);
    if (late != null) {
      last = Math.max(last, late.newestBatch());
    }
    return last <= silentUntil || (last <= staleUntil && newest.isStale(number));
  }

  /** {@return whether nothing of a series is here, nor needed by a reader} */
  boolean isRemovable(int number) {
    return samples.isEmpty(number) && !retired.contains(number);
  }

  /** Takes a series out that is removable. Its number is free when the index has forgotten it. */
  void remove(int number) {
    index.remove(number);
    samples.dropRich(number);
    newest.forgetHistogram(number);
    versions.forget(number);
  }

  /** Takes series out at once, with all that is known of them; while the head is filled. */
  void forget(BitSet gone) {
    BitSet labels = new BitSet();
    for (int number = gone.nextSetBit(0); number >= 0; number = gone.nextSetBit(number + 1)) {
      index.addLabelIds(number, labels);
      remove(number);
    }
    labels.stream().forEach(label -> index.forgetIn(label, gone));
    index.free(gone);
    index.reuseForgotten();
  }

  /** Drops all that a series has: it left the head at this moment of the log. */
  void clear(int number) {
    samples.clear(number);
    newest.forgetHistogram(number);
  }

  Labels labels(int number) {
    return index.labels(number);
  }

  boolean isLogged(int number) {
    return lines.is(number, SeriesLines.LOGGED);
  }

  void setLogged(int number, boolean logged) {
    lines.setFlag(number, SeriesLines.LOGGED, logged);
  }

  /**
   * Takes a float of a batch as the newest sample of its series, or {@return false} if it is not
   * newer.
   */
  boolean acceptFloat(Batch batch, int i) {
    if (!newest.holdsHistograms()) {
      return floats.accept(batch, i);
    }
    boolean newer = batch.timestampsMs[i] > newest.timeMs(batch.number(i));
    if (newer) {
      batch.acceptNewest(i, this);
    }
    return newer;
  }

  /**
   * {@return what is stored here of a series is not newer; {@link Long#MIN_VALUE} if nothing is}
   */
  long newestHereMs(int number) {
    long bound = Long.MIN_VALUE;
    for (StoredChunk chunk : samples.chunks(number)) {
      bound = Math.max(bound, chunk.maxTimeMs());
    }
    LateSamples late = samples.late(number);
    if (late != null) {
      bound = Math.max(bound, late.maxTimeMs());
    }
    return bound;
  }

  /** Deletes what there is now of a time range. */
  void delete(int number, long fromMs, long toMs) {
    samples.delete(number, fromMs, toMs);
    long newestMs = newest.timeMs(number);
    if (fromMs <= newestMs && newestMs <= toMs) {
      // It may be in a block; who sends it again must not be told that it is there.
      newest.forgetValue(number);
    }
  }

  void publish(int number, long batch) {
    versions.publish(number, batch, readers);
  }

  /** Takes over what a checkpoint says of a series: chunks older than all that is appended. */
  void restore(int number, CheckpointSeries stored, List<Chunk> chunks) {
    chunks.forEach(chunk -> samples.restore(number, chunk));
    if (!stored.deleted().isEmpty() && !chunks.isEmpty()) {
      samples.restoreDeleted(number, stored.deleted(), stored.newestMs());
    }
    lines.setVersion(number, stored.batch());
  }

  /** {@return all of a series as it is now, for a checkpoint} */
  CheckpointSeries state(int number, long batch) {
    LateSamples cameLate = samples.late(number);
    List<CheckpointSeries.Sample> late = new ArrayList<>(0);
    if (cameLate != null) {
      for (LateSamples.Late l : cameLate.all()) {
        late.add(
            new CheckpointSeries.Sample(
                l.timestampMs(), l.value(), l.histogram(), l.startTimestampMs()));
      }
    }
    List<Chunk> chunks = new ArrayList<>(2);
    for (StoredChunk chunk : samples.chunks(number)) {
      chunks.add(chunk.toChunk());
    }
    return new CheckpointSeries(
        number + 1L,
        batch,
        labels(number),
        newest.timeMs(number),
        chunks,
        samples.deleted(number),
        late);
  }

  /** Encodes all of a series as it is now, or {@return false} if it is not of floats in order. */
  boolean encode(int number, long batch, FloatSeriesEncoder out) {
    if (lines.is(number, SeriesLines.RICH) || newest.histogram(number) != null) {
      return false;
    }
    boolean known = newest.isKnown(number);
    out.beginSeries(
        number + 1L,
        batch,
        newest.timeMs(number),
        known,
        newest.value(number),
        samples.plain().isOpen(number) && known,
        index.labels().count(index.slot(number)));
    index.labels().encode(index.slot(number), out);
    samples.plain().checkpoint().encode(number, newest.timeMs(number), known, out);
    return true;
  }

  /**
   * Takes over what a checkpoint says of a new series.
   *
   * @param stored before its first chunk; at its end after
   * @param inBlock whether a chunk that begins at a time is in a block, and not wanted
   * @return the newest timestamp taken over, {@link Long#MIN_VALUE} if there is none
   */
  long restore(int number, FloatSeriesReader stored, LongPredicate inBlock)
      throws MalformedDataException {
    newest.set(number, stored.newestMs(), stored.newestValue(), null, stored.isNewestKnown());
    long lastMs = samples.restore(number, stored, inBlock);
    lines.setVersion(number, stored.batch());
    return lastMs;
  }

  /** {@return the newest batch that a restored series was written with} */
  long restoredBatch(int number) {
    return lines.version(number);
  }

  /** Brings near what {@link #select} looks at of some series. */
  void touch(int[] numbers, int from, int to) {
    touchLines(numbers, from, to);
    Touch touch = new Touch();
    for (int i = from; i < to; i++) {
      int sealed = lines.low(numbers[i], SeriesLines.SLOTS);
      touch.take(sealed == 0 ? 0 : samples.slabs().get(sealed, SealedChunks.MAX_TIME));
    }
    touch.end();
  }

  /** Brings the lines of some series near. */
  void touchLines(int[] numbers, int from, int to) {
    Touch touch = new Touch();
    for (int i = from; i < to; i++) {
      touch.take(lines.get(numbers[i], SeriesLines.VERSION));
    }
    touch.end();
  }

  /**
   * Adds the newest sample that a reader may see of a series, if it is in a range; without decoding
   * it. Under the commit lock, too.
   *
   * @return whether that sample is at hand, and so whether this has been done
   */
  boolean selectNewest(int number, HeadReader reader, HeadRange wanted, HeadSelection selection) {
    long[] page = lines.page(number);
    int line = SeriesLines.start(number);
    long version = page[line + SeriesLines.VERSION];
    long newestMs = page[line + SeriesLines.NEWEST_MS];
    int needed = SeriesLines.EXISTS | SeriesLines.KNOWN;
    if ((version & (needed | SeriesLines.RICH)) != needed
        || version >>> SeriesLines.VERSION_SHIFT > reader.batch()
        || newestMs > wanted.maxTimeMs()
        || (int) page[line + SeriesLines.OPEN] == 0
        || !retired.isEmpty()) {
      return false;
    }
    if (newestMs >= wanted.minTimeMs()) {
      selection.addNewest(
          index.slot(number),
          newestMs,
          Double.longBitsToDouble(page[line + SeriesLines.NEWEST_VALUE]));
    }
    return true;
  }

  /** Adds what a reader may see of a series and may have samples in a range. */
  void select(int number, HeadReader reader, long fromMs, long toMs, HeadSelection selection) {
    selection.add(index.slot(number), collect(number, reader, fromMs, toMs, selection.chunks()));
  }

  /** {@return whether a reader sees a series that may have samples in a range} */
  boolean isSeen(int number, HeadReader reader, long fromMs, long toMs, ChunkHandles scratch) {
    scratch.clear();
    List<ChunkSource> found = collect(number, reader, fromMs, toMs, scratch);
    return found == null ? scratch.size() > 0 : !found.isEmpty();
  }

  /** Puts chunks into a list of handles, or {@return them}, if they cannot be put there. */
  private @Nullable List<ChunkSource> collect(
      int number, HeadReader reader, long fromMs, long toMs, ChunkHandles into) {
    List<RetiredChunks> kept = retired.since(number, reader.layoutVersion());
    RichSeries moved = samples.rich(number);
    if (!kept.isEmpty() || moved != null) {
      return select(number, reader, fromMs, toMs, kept, moved);
    }
    samples
        .plain()
        .collect(
            number,
            newest.timeMs(number),
            samples.total(number),
            versions.visible(number, reader.batch()),
            fromMs,
            toMs,
            into);
    return null;
  }

  private List<ChunkSource> select(
      int number,
      HeadReader reader,
      long minTimeMs,
      long maxTimeMs,
      List<RetiredChunks> kept,
      @Nullable RichSeries moved) {
    List<? extends StoredChunk> newestFirst =
        moved != null
            ? moved.chunks().reversed()
            : samples
                .plain()
                .newestFirst(
                    number, newest.timeMs(number), kept.isEmpty() ? minTimeMs : Long.MIN_VALUE);
    VisibleChunks visible =
        new VisibleChunks(
            samples.total(number), versions.visible(number, reader.batch()), minTimeMs, maxTimeMs);
    visible.add(newestFirst);
    kept.reversed().forEach(cut -> visible.add(cut.chunks().reversed()));
    List<ChunkSource> found = visible.oldestFirst();
    Intervals deleted =
        kept.isEmpty() ? Objects.requireNonNull(moved).deleted() : kept.getFirst().deleted();
    List<ChunkSource> all = new ArrayList<>(MaskedChunk.mask(found, deleted));
    if (moved != null && moved.late() != null) {
      all.addAll(moved.late().chunks(reader.batch(), minTimeMs, maxTimeMs));
    }
    kept.forEach(cut -> all.addAll(cut.late().chunks(reader.batch(), minTimeMs, maxTimeMs)));
    all.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    return all;
  }

  /** Drops what is in blocks now; readers of older layouts keep it. */
  void drop(int number, int chunkCount, long lastMs, long lsn, long layoutVersion) {
    if (!readers.none()) {
      LateSamples cameLate = samples.late(number);
      LateSamples late = cameLate != null ? cameLate.until(lastMs, lsn) : new LateSamples();
      retired.add(
          number,
          layoutVersion,
          new RetiredChunks(
              List.copyOf(samples.chunks(number).subList(0, chunkCount)),
              late,
              samples.deleted(number)));
    }
    samples.drop(number, chunkCount, lastMs, lsn);
  }

  /** Forgets what was dropped that no reader needs, and {@return whether that is all} */
  boolean dropRetired(long layoutVersion) {
    return retired.drop(readers.oldestLayout(layoutVersion));
  }

  /** Reuses slots that no reader can know any more. */
  void reclaim() {
    samples.slabs().reclaim(readers.oldest());
  }

  /** {@return how many bytes the series take} */
  long memoryBytes() {
    return lines.memoryBytes() + index.memoryBytes() + samples.memoryBytes();
  }

  /** {@return how many bytes chunks take, as far as it is more than what young ones take} */
  long grownChunkBytes() {
    long chunks = samples.memoryBytes();
    return chunks > index.count() * (long) YOUNG_CHUNK_BYTES ? chunks : 0;
  }

  /** {@return how many bytes are in use, or will be as soon as every series has some samples} */
  long expectedBytes() {
    long chunks = Math.max(samples.memoryBytes(), index.count() * (long) YOUNG_CHUNK_BYTES);
    return lines.memoryBytes() + index.memoryBytes() + chunks;
  }
}

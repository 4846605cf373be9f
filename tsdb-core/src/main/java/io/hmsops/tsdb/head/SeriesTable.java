package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.MaskedChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.tombstone.Intervals;
import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.function.LongPredicate;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.MutableLong;
import org.jspecify.annotations.Nullable;

/**
 * What the head knows of each series, by number. Guarded by the head's locks: the newest sample by
 * the commit lock, the rest by both for writing and by either for reading.
 */
final class SeriesTable {
  /*
   * Most series are floats in order: a line, and slots for chunks (PlainSeries). The others have the same line and
   * keep their samples in a RichSeries on the heap.
   *
   * Samples are numbered as they are appended; a line knows how many there are, so the number of a chunk's first
   * sample is found by counting back from the newest chunk. A reader of a batch may see the samples below
   * SampleVersions.visible(batch).
   */

  /** What the chunks of a series take after some samples, about. */
  private static final int YOUNG_CHUNK_BYTES = 160;

  /** A rich series with its open chunk, about. */
  private static final int RICH_BYTES = 1200;

  private final SeriesLines lines = new SeriesLines();
  private final Slabs slabs = new Slabs();
  private final SeriesIndex index;
  private final SampleVersions versions = new SampleVersions(lines);
  private final PlainSeries plain;
  private final Int2ObjectHashMap<RichSeries> rich = new Int2ObjectHashMap<>();
  private final Int2ObjectHashMap<RetiredChunks> retired = new Int2ObjectHashMap<>();

  /** The newest samples that are histograms; under the commit lock. */
  private final Int2ObjectHashMap<Histogram> newestHistograms = new Int2ObjectHashMap<>();

  /** What the sealed chunks of {@link #rich} take. */
  private final MutableLong richSealedBytes = new MutableLong();

  private final ReaderStamps readers;
  private final long blockRangeMs;

  /** No sample is older; there may be none as old. */
  private long oldestMs = Long.MAX_VALUE;

  /**
   * Creates an empty table.
   *
   * @param stateReadLock while it is held, nothing but newest samples changes
   */
  SeriesTable(ReaderStamps readers, long blockRangeMs, Lock stateReadLock) {
    this.index = new SeriesIndex(lines, stateReadLock);
    this.readers = readers;
    this.blockRangeMs = blockRangeMs;
    this.plain = new PlainSeries(lines, slabs, readers, blockRangeMs);
  }

  SeriesIndex index() {
    return index;
  }

  Slabs slabs() {
    return slabs;
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
    RichSeries moved = rich(number);
    if (moved != null && moved.late() != null) {
      last = Math.max(last, moved.late().newestBatch());
    }
    return last <= silentUntil || (last <= staleUntil && isStale(number));
  }

  private boolean isStale(int number) {
    Histogram histogram = newestHistogram(number);
    return newestKnown(number)
        && (histogram != null
            ? StaleMarker.is(histogram.sum())
            : StaleMarker.is(newestValue(number)));
  }

  /** {@return whether nothing of a series is here, nor needed by a reader} */
  boolean isRemovable(int number) {
    return isEmpty(number) && !retired.containsKey(number);
  }

  private void dropRich(int number) {
    RichSeries moved = rich.remove(number);
    if (moved != null) {
      moved.release();
    }
  }

  /** Takes a series out that is removable. Its number is free when the index has forgotten it. */
  void remove(int number) {
    index.remove(number);
    dropRich(number);
    newestHistograms.remove(number);
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
    RichSeries moved = rich(number);
    if (moved == null) {
      plain.seal(number, newestMs(number));
      plain.dropOldest(number, plain.chunks(number, 0).size());
    }
    dropRich(number);
    newestHistograms.remove(number);
    lines.setFlag(number, SeriesLines.RICH, false);
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

  long newestMs(int number) {
    return lines.get(number, SeriesLines.NEWEST_MS);
  }

  /** Whether the value of the newest sample is remembered. */
  boolean newestKnown(int number) {
    return lines.is(number, SeriesLines.KNOWN);
  }

  double newestValue(int number) {
    return Double.longBitsToDouble(lines.get(number, SeriesLines.NEWEST_VALUE));
  }

  @Nullable Histogram newestHistogram(int number) {
    return newestHistograms.isEmpty() ? null : newestHistograms.get(number);
  }

  /** Notes a newest sample; or, if it is not known, that there is one. */
  void setNewest(
      int number, long timestampMs, double value, @Nullable Histogram histogram, boolean known) {
    long[] page = lines.page(number);
    int line = SeriesLines.start(number);
    page[line + SeriesLines.NEWEST_MS] = timestampMs;
    page[line + SeriesLines.NEWEST_VALUE] = Double.doubleToRawLongBits(value);
    if (newestKnown(number) != known) {
      lines.setFlag(number, SeriesLines.KNOWN, known);
    }
    if (histogram != null) {
      newestHistograms.put(number, histogram);
    } else if (!newestHistograms.isEmpty()) {
      newestHistograms.remove(number);
    }
  }

  /** Notes that what is stored elsewhere of a series is not newer than a time. */
  void boundNewest(int number, long inBlocksMs) {
    long newest = inBlocksMs;
    for (StoredChunk chunk : chunks(number)) {
      newest = Math.max(newest, chunk.maxTimeMs());
    }
    RichSeries moved = rich(number);
    if (moved != null && moved.late() != null) {
      newest = Math.max(newest, moved.late().maxTimeMs());
    }
    if (newest < newestMs(number)) {
      lines.set(number, SeriesLines.NEWEST_MS, newest);
    }
  }

  private @Nullable RichSeries rich(int number) {
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

  /**
   * Appends a sample behind all others of its series.
   *
   * @param previousMs the timestamp of the sample before it, as {@link #newestMs} was
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
      plain.append(number, timestampMs, value, previousMs, previousValue);
    }
    addTotal(number, 1);
    oldestMs = Math.min(oldestMs, timestampMs);
  }

  private void addTotal(int number, int count) {
    int total = lines.low(number, SeriesLines.COUNTS);
    lines.setLow(number, SeriesLines.COUNTS, total + count);
  }

  /** Adds a sample behind a newer one, at a time at which there is none. */
  void appendLate(int number, LateSamples.Late late, long previousMs) {
    enrich(number, previousMs).appendLate(late);
    oldestMs = Math.min(oldestMs, late.timestampMs());
  }

  void publish(int number, long batch) {
    versions.publish(number, batch, readers);
  }

  /** Deletes what there is now of a time range. */
  void delete(int number, long fromMs, long toMs) {
    enrich(number, newestMs(number)).delete(fromMs, toMs, newestMs(number));
  }

  Intervals deleted(int number) {
    RichSeries moved = rich(number);
    return moved == null ? Intervals.NONE : moved.deleted();
  }

  /** Takes over what a checkpoint says of a series: chunks older than all that is appended. */
  void restore(int number, CheckpointSeries stored, List<Chunk> chunks) {
    for (Chunk chunk : chunks) {
      if (chunk.codec() == Codec.XOR && rich(number) == null && PlainSeries.fits(chunk)) {
        plain.restore(number, chunk);
      } else {
        enrich(number, chunk.minTimeMs()).restore(chunk);
      }
      addTotal(number, chunk.count());
      oldestMs = Math.min(oldestMs, chunk.minTimeMs());
    }
    if (!stored.deleted().isEmpty()) {
      enrich(number, stored.newestMs()).restoreDeleted(stored.deleted());
    }
    lines.setVersion(number, stored.batch());
  }

  /** {@return the newest batch that a restored series was written with} */
  long restoredBatch(int number) {
    return lines.version(number);
  }

  private List<? extends StoredChunk> chunks(int number) {
    RichSeries moved = rich(number);
    return moved != null ? moved.chunks() : plain.chunks(number, newestMs(number));
  }

  /** {@return the sample stored here at a time, null if there is none} */
  LateSamples.@Nullable Late at(int number, long timestampMs) throws TsdbException {
    RichSeries moved = rich(number);
    if (moved != null) {
      LateSamples late = moved.late();
      LateSamples.Late found = late != null ? late.at(timestampMs) : null;
      if (found != null || moved.deleted().contains(timestampMs)) {
        return found;
      }
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
    RetiredChunks kept = retired.isEmpty() ? null : retired.get(number);
    if (kept != null && reader.layoutVersion() >= kept.layoutVersion()) {
      kept = null;
    }
    RichSeries moved = rich(number);
    if (kept != null || moved != null) {
      return select(number, reader, fromMs, toMs, kept, moved);
    }
    plain.collect(
        number,
        newestMs(number),
        lines.low(number, SeriesLines.COUNTS),
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
      @Nullable RetiredChunks kept,
      @Nullable RichSeries moved) {
    List<? extends StoredChunk> newestFirst =
        moved != null
            ? moved.chunks().reversed()
            : plain.newestFirst(
                number, newestMs(number), kept == null ? minTimeMs : Long.MIN_VALUE);
    VisibleChunks visible =
        new VisibleChunks(
            lines.low(number, SeriesLines.COUNTS),
            versions.visible(number, reader.batch()),
            minTimeMs,
            maxTimeMs);
    visible.add(newestFirst);
    if (kept != null) {
      visible.add(kept.chunks().reversed());
    }
    List<ChunkSource> found = visible.oldestFirst();
    Intervals deleted = kept != null ? kept.deleted() : Objects.requireNonNull(moved).deleted();
    List<ChunkSource> all = new ArrayList<>(MaskedChunk.mask(found, deleted));
    if (moved != null && moved.late() != null) {
      all.addAll(moved.late().chunks(reader.batch(), minTimeMs, maxTimeMs));
    }
    if (kept != null) {
      all.addAll(kept.late());
    }
    all.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    return all;
  }

  /** {@return all of a series as it is now, for a checkpoint} */
  CheckpointSeries state(int number, long batch) {
    RichSeries moved = rich(number);
    List<CheckpointSeries.Sample> late = new ArrayList<>(0);
    if (moved != null && moved.late() != null) {
      for (LateSamples.Late l : moved.late().all()) {
        late.add(
            new CheckpointSeries.Sample(
                l.timestampMs(), l.value(), l.histogram(), l.startTimestampMs()));
      }
    }
    List<Chunk> chunks = new ArrayList<>(2);
    for (StoredChunk chunk : chunks(number)) {
      chunks.add(chunk.toChunk());
    }
    return new CheckpointSeries(
        number + 1L, batch, labels(number), newestMs(number), chunks, deleted(number), late);
  }

  /** Encodes all of a series as it is now, or {@return false} if it is not of floats in order. */
  boolean encode(int number, long batch, FloatSeriesEncoder out) {
    if (lines.is(number, SeriesLines.RICH) || newestHistogram(number) != null) {
      return false;
    }
    boolean known = newestKnown(number);
    out.beginSeries(
        number + 1L,
        batch,
        newestMs(number),
        known,
        newestValue(number),
        plain.isOpen(number) && known,
        index.labelCountOf(number));
    index.encodeLabels(number, out);
    plain.encode(number, newestMs(number), known, out);
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
    setNewest(number, stored.newestMs(), stored.newestValue(), null, stored.isNewestKnown());
    long lastMs = Long.MIN_VALUE;
    while (stored.nextChunk()) {
      long minTimeMs = PlainSeries.minTimeMs(stored);
      if (!inBlock.test(minTimeMs)) {
        plain.restore(number, stored);
        addTotal(number, stored.samples());
        lastMs = stored.maxTimeMs();
        oldestMs = Math.min(oldestMs, minTimeMs);
      }
    }
    lines.setVersion(number, stored.batch());
    return lastMs;
  }

  boolean isEmpty(int number) {
    RichSeries moved = rich(number);
    return moved != null ? moved.isEmpty() : plain.isEmpty(number);
  }

  long minTimeMs(int number) {
    RichSeries moved = rich(number);
    return moved != null ? moved.minTimeMs() : plain.minTimeMs(number);
  }

  /** {@return a timestamp before which there is nothing} */
  long oldestMs() {
    return oldestMs;
  }

  long chunkCount() {
    return plain.chunkCount() + rich.values().stream().mapToLong(RichSeries::chunkCount).sum();
  }

  /** Seals the open chunk if it begins before a time. */
  void sealBefore(int number, long endMs) {
    RichSeries moved = rich(number);
    if (moved != null) {
      moved.sealBefore(endMs);
    } else if (plain.openMinTimeMs(number) < endMs) {
      plain.seal(number, newestMs(number));
    }
  }

  /** {@return how many sealed chunks end before a time; they are the oldest} */
  int chunksBefore(int number, long endMs) {
    RichSeries moved = rich(number);
    return moved != null ? moved.sealedBefore(endMs) : plain.sealedBefore(number, endMs);
  }

  /** {@return what goes into blocks of a series, by time} */
  List<ChunkSource> cutSources(int number, int chunkCount, long endMs, long lsn) {
    List<ChunkSource> sources = new ArrayList<>(chunkCount);
    for (StoredChunk chunk : chunks(number).subList(0, chunkCount)) {
      sources.add(chunk.source());
    }
    RichSeries moved = rich(number);
    if (moved != null) {
      sources = new ArrayList<>(MaskedChunk.mask(sources, moved.deleted()));
      if (moved.late() != null) {
        sources.addAll(moved.late().chunksByRange(endMs, blockRangeMs, lsn));
      }
      sources.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    }
    return sources;
  }

  /** Drops what is in blocks now; readers of older layouts keep it. */
  void drop(int number, int chunkCount, long endMs, long lsn, long layoutVersion) {
    RichSeries moved = rich(number);
    if (!readers.none()) {
      List<ChunkSource> late =
          moved != null && moved.late() != null
              ? moved.late().chunks(lsn, Long.MIN_VALUE, endMs - 1)
              : List.of();
      retired.put(
          number,
          new RetiredChunks(
              List.copyOf(chunks(number).subList(0, chunkCount)),
              late,
              deleted(number),
              layoutVersion));
    }
    if (moved == null) {
      plain.dropOldest(number, chunkCount);
      return;
    }
    moved.drop(chunkCount, endMs, lsn);
    if (moved.becomesPlain()) {
      dropRich(number);
      lines.setFlag(number, SeriesLines.RICH, false);
      moved.chunks().forEach(chunk -> plain.restore(number, chunk.toChunk()));
    }
  }

  /** {@return whether no reader needs what was dropped; it is forgotten then} */
  boolean dropRetired(long layoutVersion) {
    if (readers.oldestLayout(layoutVersion) < layoutVersion) {
      return false;
    }
    retired.clear();
    return true;
  }

  /** Finds the oldest timestamp anew, after something was dropped. */
  void findOldest() {
    long oldest = Long.MAX_VALUE;
    for (int number = 0; number < lines.size(); number++) {
      oldest = Math.min(oldest, minTimeMs(number));
    }
    oldestMs = oldest;
  }

  /** Reuses slots that no reader can know any more. */
  void reclaim() {
    slabs.reclaim(readers.oldest());
  }

  /** {@return how many bytes the series take} */
  long memoryBytes() {
    return lines.memoryBytes() + index.memoryBytes() + slabs.memoryBytes() + richBytes();
  }

  private long richBytes() {
    return richSealedBytes.get() + RICH_BYTES * (long) rich.size();
  }

  private long chunkBytes() {
    return slabs.memoryBytes() + richBytes();
  }

  /** {@return how many bytes chunks take, as far as it is more than what young ones take} */
  long grownChunkBytes() {
    long chunks = chunkBytes();
    return chunks > index.count() * (long) YOUNG_CHUNK_BYTES ? chunks : 0;
  }

  /** {@return how many bytes are in use, or will be as soon as every series has some samples} */
  long expectedBytes() {
    long chunks = Math.max(chunkBytes(), index.count() * (long) YOUNG_CHUNK_BYTES);
    return lines.memoryBytes() + index.memoryBytes() + chunks;
  }
}

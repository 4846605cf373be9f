package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.HeadChunk;
import io.hmsops.tsdb.block.MaskedChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.ChunkBuilder;
import io.hmsops.tsdb.chunk.HistogramBuilder;
import io.hmsops.tsdb.chunk.StartBuilder;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.tombstone.Intervals;
import io.hmsops.tsdb.wal.CheckpointSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One series of the head. Guarded by the head's lock, except where it says otherwise. */
final class HeadSeries {
  /*
   * Samples are numbered from 0 over the life of the series. sealed[0] begins with sample firstNumber;
   * the open chunk, if there is one, follows the last sealed one. A reader of batch b may see the
   * samples below visibleCount(b); versionBatches and versionCounts remember, for the batches that open readers
   * may still stand on, how many samples there were.
   *
   * A cut takes sealed chunks away from the front. Readers that were opened before the cut cannot see the new
   * block, so they go on reading the chunks kept in retired until the last of them is closed.
   */
  private static final Chunk[] NO_CHUNKS = {};

  private final long ref;
  private final Labels labels;

  private Chunk[] sealed = NO_CHUNKS;
  private int sealedCount;
  private long firstNumber;
  private long total;
  private @Nullable ChunkBuilder open;

  private Chunk @Nullable [] retired;
  private List<ChunkSource> retiredLate = List.of();
  private Intervals retiredDeleted = Intervals.NONE;
  private long retiredFirstNumber;
  private long retiredVersion;

  private long[] versionBatches = new long[2];
  private long[] versionCounts = new long[2];
  private int versions;

  /** The newest sample; read and written under the commit lock. */
  private long newestMs = Long.MIN_VALUE;

  private boolean newestKnown;
  private double newestValue;
  private @Nullable Histogram newestHistogram;

  /** Whether the log or the checkpoint names this series; under the commit lock. */
  private boolean logged;

  private final List<Exemplar> exemplars = new ArrayList<>(0);

  /** What came behind a newer sample; the deletions do not apply to it. */
  private @Nullable LateSamples late;

  /** What is deleted of the chunks. */
  private Intervals deleted = Intervals.NONE;

  HeadSeries(long ref, Labels labels) {
    this.ref = ref;
    this.labels = labels;
  }

  long ref() {
    return ref;
  }

  Labels labels() {
    return labels;
  }

  boolean isLogged() {
    return logged;
  }

  void setLogged() {
    logged = true;
  }

  long newestMs() {
    return newestMs;
  }

  /** Whether the value of the newest sample is remembered. */
  boolean newestKnown() {
    return newestKnown;
  }

  double newestValue() {
    return newestValue;
  }

  @Nullable Histogram newestHistogram() {
    return newestHistogram;
  }

  /** Puts back what was the newest sample before one that could not be stored. */
  void resetNewest(long timestampMs, double value, @Nullable Histogram histogram, boolean known) {
    newestMs = timestampMs;
    newestValue = value;
    newestHistogram = histogram;
    newestKnown = known;
  }

  void setNotLogged() {
    logged = false;
  }

  boolean isNewest(double value, @Nullable Histogram histogram) {
    if (!newestKnown || (histogram == null) != (newestHistogram == null)) {
      return false;
    }
    if (histogram != null && newestHistogram != null) {
      return histogram.withResetHint(newestHistogram.resetHint()).equals(newestHistogram);
    }
    return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(newestValue);
  }

  /** Notes the newest sample before it is appended, so that the next of the batch is compared. */
  void setNewest(long timestampMs, double value, @Nullable Histogram histogram) {
    newestMs = timestampMs;
    newestValue = value;
    newestHistogram = histogram;
    newestKnown = true;
  }

  /** Notes that a newest sample exists whose value nobody remembers. */
  void setNewestTime(long timestampMs) {
    if (timestampMs > newestMs) {
      newestMs = timestampMs;
      newestKnown = false;
      newestHistogram = null;
    }
  }

  void append(
      long timestampMs,
      double value,
      @Nullable Histogram histogram,
      long startMs,
      long blockRangeMs) {
    ChunkBuilder current = open;
    if (current != null
        && (current.isFull()
            || Math.floorDiv(current.minTimeMs(), blockRangeMs)
                != Math.floorDiv(timestampMs, blockRangeMs))) {
      seal();
    }
    if (histogram != null) {
      if (!(open instanceof HistogramBuilder builder) || !builder.continues(histogram)) {
        seal();
        open = new HistogramBuilder();
      }
      ((HistogramBuilder) open).add(timestampMs, histogram, startMs);
    } else if (startMs != 0 || open instanceof StartBuilder) {
      if (!(open instanceof StartBuilder)) {
        seal();
        open = new StartBuilder();
      }
      ((StartBuilder) open).add(timestampMs, value, startMs);
    } else {
      if (!(open instanceof XorBuilder)) {
        seal();
        open = new XorBuilder();
      }
      ((XorBuilder) open).add(timestampMs, value);
    }
    total++;
  }

  /** Adds a sample behind a newer one, at a time at which there is none. */
  void appendLate(
      long batch, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    if (late == null) {
      late = new LateSamples();
    }
    late.add(new LateSamples.Late(batch, timestampMs, value, histogram, startMs));
  }

  /** Deletes what there is now of a time range. */
  void delete(long fromMs, long toMs) {
    if (late != null) {
      late.remove(fromMs, toMs);
    }
    // Later samples of the chunks are newer than the newest one; they stay.
    deleted = deleted.with(fromMs, Math.min(toMs, newestMs));
  }

  Intervals deleted() {
    return deleted;
  }

  /** Takes over what a checkpoint says is deleted. */
  void restoreDeleted(Intervals restored) {
    deleted = restored;
  }

  /** {@return the sample stored here at a time, null if there is none} */
  LateSamples.@Nullable Late at(long timestampMs) throws TsdbException {
    LateSamples.Late found = late != null ? late.at(timestampMs) : null;
    if (found != null || deleted.contains(timestampMs)) {
      return found;
    }
    for (Chunk chunk : chunks()) {
      if (chunk.minTimeMs() <= timestampMs && chunk.maxTimeMs() >= timestampMs) {
        SampleBatch batch = new SampleBatch();
        source(chunk).decode(batch);
        int index = Arrays.binarySearch(batch.timestampsMs(), 0, batch.count(), timestampMs);
        if (index >= 0) {
          boolean floats = !batch.holdsHistograms();
          return new LateSamples.Late(
              0,
              timestampMs,
              floats ? batch.values()[index] : 0,
              floats ? null : batch.histograms()[index],
              batch.startTimestampMs(index));
        }
      }
    }
    return null;
  }

  List<LateSamples.Late> late() {
    return late != null ? late.all() : List.of();
  }

  /** Ends the open chunk. */
  void seal() {
    if (open != null) {
      Chunk chunk = open.snapshot();
      open = null;
      add(trimmed(chunk));
    }
  }

  private static Chunk trimmed(Chunk chunk) {
    byte[] data = Arrays.copyOf(chunk.data(), chunk.lengthBytes() + Chunk.SLACK_BYTES);
    return new Chunk(
        chunk.codec(),
        chunk.minTimeMs(),
        chunk.maxTimeMs(),
        chunk.count(),
        data,
        chunk.lengthBytes());
  }

  private void add(Chunk chunk) {
    if (sealedCount == sealed.length) {
      sealed = Arrays.copyOf(sealed, Math.max(4, 2 * sealedCount));
    }
    sealed[sealedCount++] = chunk;
  }

  /** Takes over a chunk of a checkpoint. */
  void restore(Chunk chunk) {
    add(chunk);
    total += chunk.count();
  }

  /**
   * Makes what was appended visible to readers of a batch and later ones.
   *
   * @param oldestBatch the oldest batch that a reader stands on
   */
  void publish(long batch, long oldestBatch) {
    if (versions > 0 && versionBatches[versions - 1] == batch) {
      versionCounts[versions - 1] = total;
      return;
    }
    int drop = 0;
    while (drop + 1 < versions && versionBatches[drop + 1] <= oldestBatch) {
      drop++;
    }
    if (drop > 0) {
      System.arraycopy(versionBatches, drop, versionBatches, 0, versions - drop);
      System.arraycopy(versionCounts, drop, versionCounts, 0, versions - drop);
      versions -= drop;
    }
    if (versions == versionBatches.length) {
      versionBatches = Arrays.copyOf(versionBatches, 2 * versions);
      versionCounts = Arrays.copyOf(versionCounts, 2 * versions);
    }
    versionBatches[versions] = batch;
    versionCounts[versions] = total;
    versions++;
  }

  private long visibleTotal(long batch) {
    for (int i = versions - 1; i >= 0; i--) {
      if (versionBatches[i] <= batch) {
        return versionCounts[i];
      }
    }
    return 0;
  }

  /**
   * {@return the chunks a reader may see and that may have samples in a range}
   *
   * @param batch the batch the reader stands on
   * @param layoutVersion the head's version when the reader was opened
   */
  List<ChunkSource> chunks(long batch, long layoutVersion, long minTimeMs, long maxTimeMs) {
    List<ChunkSource> found = new ArrayList<>(4);
    long visible = visibleTotal(batch);
    long number = firstNumber;
    Intervals mask = deleted;
    boolean before = retired != null && layoutVersion < retiredVersion;
    if (before && retired != null) {
      number = retiredFirstNumber;
      for (Chunk chunk : retired) {
        number = addVisible(found, chunk, number, visible, minTimeMs, maxTimeMs);
      }
      mask = retiredDeleted;
    }
    for (int i = 0; i < sealedCount && number < visible; i++) {
      number = addVisible(found, sealed[i], number, visible, minTimeMs, maxTimeMs);
    }
    if (open != null && number < visible) {
      addVisible(found, open.snapshot(), number, visible, minTimeMs, maxTimeMs);
    }
    found = MaskedChunk.mask(found, mask);
    if (late == null && retiredLate.isEmpty()) {
      return found;
    }
    List<ChunkSource> all = new ArrayList<>(found);
    if (late != null) {
      all.addAll(late.chunks(batch, minTimeMs, maxTimeMs));
    }
    if (before) {
      all.addAll(retiredLate);
    }
    all.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    return all;
  }

  private static long addVisible(
      List<ChunkSource> found,
      Chunk chunk,
      long number,
      long visible,
      long minTimeMs,
      long maxTimeMs) {
    int count = (int) Math.min(chunk.count(), visible - number);
    if (count > 0 && chunk.minTimeMs() <= maxTimeMs && chunk.maxTimeMs() >= minTimeMs) {
      found.add(new HeadChunk(chunk, count));
    }
    return number + chunk.count();
  }

  /** {@return all chunks that are not in blocks, the open one as it is now} */
  List<Chunk> chunks() {
    List<Chunk> all = new ArrayList<>(Arrays.asList(sealed).subList(0, sealedCount));
    if (open != null) {
      all.add(open.snapshot());
    }
    return all;
  }

  /** {@return all of it as it is now, for a checkpoint} */
  CheckpointSeries state() {
    List<CheckpointSeries.Sample> lateSamples =
        late().stream()
            .map(
                l ->
                    new CheckpointSeries.Sample(
                        l.timestampMs(), l.value(), l.histogram(), l.startTimestampMs()))
            .toList();
    return new CheckpointSeries(
        ref, labels, newestMs, chunks(), deleted, lateSamples, List.copyOf(exemplars));
  }

  int chunkCount() {
    return sealedCount + (open != null ? 1 : 0);
  }

  boolean isEmpty() {
    return chunkCount() == 0 && (late == null || late.isEmpty());
  }

  long minTimeMs() {
    long first = late != null ? late.minTimeMs() : Long.MAX_VALUE;
    if (sealedCount > 0) {
      return Math.min(first, sealed[0].minTimeMs());
    }
    return open != null ? Math.min(first, open.minTimeMs()) : first;
  }

  /** {@return what ends before a time, the open chunk sealed if need be; empty if nothing does} */
  HeadCut.CutSeries cutBefore(long endMs, long blockRangeMs) {
    if (open != null && open.minTimeMs() < endMs) {
      seal();
    }
    int count = 0;
    while (count < sealedCount && sealed[count].maxTimeMs() < endMs) {
      count++;
    }
    List<ChunkSource> sources = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sources.add(source(sealed[i]));
    }
    sources = new ArrayList<>(MaskedChunk.mask(sources, deleted));
    if (late != null) {
      sources.addAll(late.chunksByRange(endMs, blockRangeMs));
    }
    sources.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    return new HeadCut.CutSeries(ref, labels, count, sources);
  }

  /** Takes chunks away from the front; readers of earlier versions keep them. */
  void retire(int count, long endMs, long lsn, long newVersion) {
    retired = Arrays.copyOf(sealed, count);
    retiredFirstNumber = firstNumber;
    retiredVersion = newVersion;
    retiredDeleted = deleted;
    if (late != null) {
      retiredLate = late.chunks(lsn, Long.MIN_VALUE, endMs - 1);
      late.removeBefore(endMs, lsn);
      if (late.isEmpty()) {
        late = null;
      }
    }
    sealed = Arrays.copyOfRange(sealed, count, sealedCount);
    sealedCount = sealed.length;
    for (Chunk chunk : retired) {
      firstNumber += chunk.count();
    }
    deleted = deleted.from(endMs);
  }

  void dropRetired() {
    retired = null;
    retiredLate = List.of();
    retiredDeleted = Intervals.NONE;
  }

  List<Exemplar> exemplars() {
    return exemplars;
  }

  static ChunkSource source(Chunk chunk) {
    return new HeadChunk(chunk, chunk.count());
  }
}

package io.hmsops.tsdb.head;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.ChunkBuilder;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.chunk.HistogramBuilder;
import io.hmsops.tsdb.chunk.StartBuilder;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.tombstone.Intervals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.MutableLong;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a series that is more than floats in order: histograms, start timestamps, late
 * samples, deletions. Guarded by the head's lock.
 */
final class RichSeries {
  /** A chunk without its data, about. */
  private static final int CHUNK_BYTES = 64;

  /** A late sample of a float, about. */
  private static final int LATE_BYTES = 56;

  private final List<Chunk> sealed = new ArrayList<>(2);
  private @Nullable ChunkBuilder open;

  /** What the sealed chunks and late samples of all such series take. */
  private final MutableLong sealedBytes;

  private @Nullable LateSamples late;

  /** What is deleted of the chunks; the late samples are not meant. */
  private Intervals deleted = Intervals.NONE;

  RichSeries(MutableLong sealedBytes) {
    this.sealedBytes = sealedBytes;
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
  }

  /** Adds a sample behind a newer one, at a time at which there is none. */
  void appendLate(LateSamples.Late sample) {
    if (late == null) {
      late = new LateSamples();
    }
    late.add(sample);
    sealedBytes.value += LATE_BYTES;
  }

  @Nullable LateSamples late() {
    return late;
  }

  Intervals deleted() {
    return deleted;
  }

  /** Deletes what there is now of a time range. */
  void delete(long fromMs, long toMs) {
    if (late != null) {
      sealedBytes.value -= LATE_BYTES * (long) late.remove(fromMs, toMs);
    }
    if (chunkCount() > 0) {
      // No longer than the chunks: what is appended behind them stays.
      deleted = deleted.with(fromMs, Math.min(toMs, newestInChunksMs()));
    }
  }

  /** Takes over what a checkpoint says is deleted; there are chunks. */
  void restoreDeleted(Intervals restored) {
    // Newer chunks may have become a block since.
    deleted = restored.upTo(newestInChunksMs());
  }

  private long newestInChunksMs() {
    return open != null ? open.snapshot().maxTimeMs() : sealed.getLast().maxTimeMs();
  }

  /** Ends the open chunk. */
  void seal() {
    if (open != null) {
      Chunk chunk = open.snapshot();
      open = null;
      byte[] data = Arrays.copyOf(chunk.data(), chunk.lengthBytes() + Chunk.SLACK_BYTES);
      addSealed(
          new Chunk(
              chunk.codec(),
              chunk.minTimeMs(),
              chunk.maxTimeMs(),
              chunk.count(),
              data,
              chunk.lengthBytes()));
    }
  }

  private void addSealed(Chunk chunk) {
    sealed.add(chunk);
    sealedBytes.value += bytes(chunk);
  }

  private static long bytes(Chunk chunk) {
    return CHUNK_BYTES + (long) chunk.data().length;
  }

  /** Gives back what is counted for it. */
  void release() {
    sealed.forEach(chunk -> sealedBytes.value -= bytes(chunk));
    if (late != null) {
      sealedBytes.value -= LATE_BYTES * (long) late.count();
    }
  }

  /** Takes over a chunk that is newer than those before. */
  void restore(Chunk chunk) {
    addSealed(chunk);
  }

  /** {@return all chunks that are not in blocks, oldest first, the open one as it is now} */
  List<StoredChunk> chunks() {
    List<StoredChunk> all = new ArrayList<>(sealed.size() + 1);
    sealed.forEach(chunk -> all.add(new StoredChunk.OnHeap(chunk)));
    if (open != null) {
      all.add(new StoredChunk.OnHeap(open.snapshot()));
    }
    return all;
  }

  int chunkCount() {
    return sealed.size() + (open != null ? 1 : 0);
  }

  boolean isEmpty() {
    return chunkCount() == 0 && (late == null || late.isEmpty());
  }

  long minTimeMs() {
    long first = late != null ? late.minTimeMs() : Long.MAX_VALUE;
    if (!sealed.isEmpty()) {
      return Math.min(first, sealed.getFirst().minTimeMs());
    }
    return open != null ? Math.min(first, open.minTimeMs()) : first;
  }

  /** Seals the open chunk if it begins before a time. */
  void sealUntil(long lastMs) {
    if (open != null && open.minTimeMs() <= lastMs) {
      seal();
    }
  }

  /** {@return how many sealed chunks end before a time; they are the oldest} */
  int sealedUntil(long lastMs) {
    int count = 0;
    while (count < sealed.size() && sealed.get(count).maxTimeMs() <= lastMs) {
      count++;
    }
    return count;
  }

  /** Drops the oldest chunks, and what came late, not behind a time, up to a batch. */
  void drop(int chunkCount, long lastMs, long lsn) {
    List<Chunk> oldest = sealed.subList(0, chunkCount);
    oldest.forEach(chunk -> sealedBytes.value -= bytes(chunk));
    oldest.clear();
    deleted = lastMs == Long.MAX_VALUE ? Intervals.NONE : deleted.from(lastMs + 1);
    if (late != null) {
      sealedBytes.value -= LATE_BYTES * (long) late.removeUntil(lastMs, lsn);
      if (late.isEmpty()) {
        late = null;
      }
    }
  }

  /** {@return whether what is left are floats in order} The open chunk is sealed then. */
  boolean becomesPlain() {
    if (late != null
        || !deleted.isEmpty()
        || (open != null && !(open instanceof XorBuilder))
        || !sealed.stream().allMatch(c -> c.codec() == Codec.XOR && PlainSeries.fits(c))) {
      return false;
    }
    seal();
    return true;
  }
}

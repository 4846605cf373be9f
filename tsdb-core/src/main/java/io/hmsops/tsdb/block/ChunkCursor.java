package io.hmsops.tsdb.block;

import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the chunks of one series, one chunk a batch; chunks that overlap are merged. Not
 * thread-safe.
 */
public final class ChunkCursor implements SampleCursor {
  private final List<? extends ChunkSource> sources;
  private final long maxTimeMs;
  private final Cancellation cancellation;
  private final Damage damage;
  private int next;

  /** The first timestamp that may be handed out: no sample is handed out twice. */
  private long fromMs;

  /** What is being handed out of chunks that overlap. */
  private @Nullable MergedChunks merged;

  /** Decides what becomes of a damaged chunk. */
  @FunctionalInterface
  public interface Damage {
    /** Reading ends. */
    Damage FAIL =
        damage -> {
          throw damage;
        };

    /**
     * Returns if reading goes on without the chunk.
     *
     * @param damage what is damaged
     * @throws TsdbException if reading ends
     */
    void found(CorruptFileException damage) throws TsdbException;
  }

  /**
   * Creates a cursor that ends at a damaged chunk.
   *
   * @param sources the chunks, ascending by first timestamp; of samples with the same timestamp
   *     that of the first chunk is taken
   * @param minTimeMs the first timestamp wanted
   * @param maxTimeMs the last timestamp wanted
   * @param cancellation asked before each chunk
   */
  public ChunkCursor(
      List<? extends ChunkSource> sources,
      long minTimeMs,
      long maxTimeMs,
      Cancellation cancellation) {
    this(sources, minTimeMs, maxTimeMs, cancellation, Damage.FAIL);
  }

  /**
   * Creates a cursor.
   *
   * @param sources the chunks, ascending by first timestamp; of samples with the same timestamp
   *     that of the first chunk is taken
   * @param minTimeMs the first timestamp wanted
   * @param maxTimeMs the last timestamp wanted
   * @param cancellation asked before each chunk
   * @param damage told of damaged chunks
   */
  public ChunkCursor(
      List<? extends ChunkSource> sources,
      long minTimeMs,
      long maxTimeMs,
      Cancellation cancellation,
      Damage damage) {
    this.damage = damage;
    this.sources = sources;
    this.fromMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.cancellation = cancellation;
  }

  @Override
  public boolean next(SampleBatch into) throws TsdbException {
    into.clear();
    while (true) {
      if (merged != null) {
        if (merged.next(into)) {
          return true;
        }
        merged = null;
      }
      if (!findNext()) {
        return false;
      }
      cancellation.check();
      ChunkSource source = sources.get(next);
      int end = overlapEnd();
      if (end > next + 1) {
        merged = merge(end);
        continue;
      }
      next++;
      decode(source, into);
      if (into.count() > 0) {
        fromMs = after(into.timestampsMs()[into.count() - 1]);
        return true;
      }
    }
  }

  /** Decodes what is wanted of a chunk; nothing if it is damaged and that may be. */
  private void decode(ChunkSource source, SampleBatch into) throws TsdbException {
    try {
      source.decode(into);
      into.retain(fromMs, maxTimeMs);
    } catch (CorruptFileException e) {
      into.clear();
      damage.found(e);
    }
  }

  /** Passes over chunks outside the range. */
  private boolean findNext() {
    while (next < sources.size()) {
      ChunkSource source = sources.get(next);
      if (source.maxTimeMs() >= fromMs && source.minTimeMs() <= maxTimeMs) {
        return true;
      }
      next++;
    }
    return false;
  }

  /** {@return the end of the row of chunks, from the next one on, that overlap one another} */
  private int overlapEnd() {
    long rowEndMs = sources.get(next).maxTimeMs();
    int end = next + 1;
    while (end < sources.size() && sources.get(end).minTimeMs() <= rowEndMs) {
      rowEndMs = Math.max(rowEndMs, sources.get(end).maxTimeMs());
      end++;
    }
    return end;
  }

  private MergedChunks merge(int end) throws TsdbException {
    List<SampleBatch> batches = new ArrayList<>(end - next);
    while (next < end) {
      SampleBatch batch = new SampleBatch();
      decode(sources.get(next++), batch);
      if (batch.count() > 0) {
        batches.add(batch);
        cancellation.check();
      }
    }
    for (SampleBatch batch : batches) {
      fromMs = Math.max(fromMs, after(batch.timestampsMs()[batch.count() - 1]));
    }
    return new MergedChunks(batches);
  }

  private static long after(long timestampMs) {
    return timestampMs == Long.MAX_VALUE ? timestampMs : timestampMs + 1;
  }

  @Override
  public Optional<ChunkStatistics> peekStatistics() throws TsdbException {
    if (merged != null || !findNext()) {
      return Optional.empty();
    }
    ChunkSource source = sources.get(next);
    if (source.minTimeMs() < fromMs || source.maxTimeMs() > maxTimeMs || overlapEnd() > next + 1) {
      return Optional.empty();
    }
    try {
      return source.statistics();
    } catch (CorruptFileException _) {
      // The next batch will tell.
      return Optional.empty();
    }
  }

  @Override
  public void skip() {
    fromMs = after(sources.get(next).maxTimeMs());
    next++;
  }
}

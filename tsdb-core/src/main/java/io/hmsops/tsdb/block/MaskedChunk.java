package io.hmsops.tsdb.block;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.tombstone.Intervals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A chunk of which some samples are deleted.
 *
 * @param chunk the chunk
 * @param deleted when
 */
public record MaskedChunk(ChunkSource chunk, Intervals deleted) implements ChunkSource {
  /**
   * {@return chunks without what is deleted of them}
   *
   * @param chunks the chunks
   * @param deleted when
   */
  public static List<ChunkSource> mask(List<ChunkSource> chunks, Intervals deleted) {
    if (deleted.isEmpty()) {
      return chunks;
    }
    List<ChunkSource> masked = new ArrayList<>(chunks.size());
    for (ChunkSource chunk : chunks) {
      if (!deleted.overlaps(chunk.minTimeMs(), chunk.maxTimeMs())) {
        masked.add(chunk);
      } else if (!deleted.covers(chunk.minTimeMs(), chunk.maxTimeMs())) {
        masked.add(new MaskedChunk(chunk, deleted));
      }
    }
    return masked;
  }

  @Override
  public long minTimeMs() {
    return chunk.minTimeMs();
  }

  @Override
  public long maxTimeMs() {
    return chunk.maxTimeMs();
  }

  @Override
  public long storedBytes() {
    return chunk.storedBytes();
  }

  @Override
  public void decode(SampleBatch into) throws TsdbException {
    chunk.decode(into);
    Histogram first = into.holdsHistograms() ? into.histograms()[0] : null;
    long firstMs = minTimeMs();
    for (Intervals.Range range : deleted.ranges()) {
      into.removeWithin(range.fromMs(), range.toMs());
    }
    if (first != null && into.count() > 0 && into.timestampsMs()[0] != firstMs) {
      into.histograms()[0] = HistogramContinuity.asReadInsteadOf(first, into.histograms()[0]);
    }
  }

  @Override
  public Optional<ChunkStatistics> statistics() {
    // What is left is not known without decoding.
    return Optional.empty();
  }
}

package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BucketValues;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.head.StoredSamples;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers the head's questions about single series from the blocks. Thread-safe. */
record StoredInBlocks(BlockSet blocks) implements StoredSamples {
  @Override
  public Optional<Stored> find(Labels labels, long timestampMs) throws TsdbException {
    List<Block> retained = blocks.retainAll();
    try {
      SampleBatch batch = new SampleBatch();
      for (Block block : retained) {
        if (!block.overlaps(timestampMs, timestampMs)) {
          continue;
        }
        for (ChunkSource chunk : chunks(block, labels, timestampMs, timestampMs)) {
          // What is damaged cannot be compared with: the sample is taken.
          ChunkCursor cursor =
              new ChunkCursor(List.of(chunk), timestampMs, timestampMs, Cancellation.NONE, _ -> {});
          if (cursor.next(batch)) {
            return Optional.of(
                batch.holdsHistograms()
                    ? new Stored(0, batch.histograms()[0])
                    : new Stored(batch.values()[0], null));
          }
        }
      }
      return Optional.empty();
    } finally {
      retained.forEach(Block::release);
    }
  }

  @Override
  public long newestMs(Labels labels) throws TsdbException {
    long newest = Long.MIN_VALUE;
    List<Block> retained = blocks.retainAll();
    try {
      for (Block block : retained) {
        if (block.maxTimeMs() > newest) {
          for (ChunkSource chunk : chunks(block, labels, Long.MIN_VALUE, Long.MAX_VALUE)) {
            newest = Math.max(newest, chunk.maxTimeMs());
          }
        }
      }
      return newest;
    } finally {
      retained.forEach(Block::release);
    }
  }

  @Override
  public long maxTimeMs() {
    return blocks.maxTimeMs();
  }

  /** {@return the chunks of one series} What is damaged is reported to those who query it. */
  private static List<ChunkSource> chunks(Block block, Labels labels, long fromMs, long toMs)
      throws TsdbException {
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      matchers.add(LabelMatcher.equal(labels.name(i), labels.value(i)));
    }
    for (SelectedSeries series :
        block.select(matchers, fromMs, toMs, new BucketValues(), _ -> {})) {
      if (series.labels().equals(labels)) {
        return series.chunks();
      }
    }
    return List.of();
  }
}

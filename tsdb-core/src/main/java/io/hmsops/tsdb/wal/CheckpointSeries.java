package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.tombstone.Intervals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A series in a checkpoint.
 *
 * @param ref its reference
 * @param batch the newest batch in it; not before the checkpoint's
 * @param labels its labels
 * @param newestMs the timestamp of its newest sample, wherever that is stored
 * @param chunks its chunks in memory, ascending by time
 * @param deleted what is deleted of the chunks
 * @param late its samples in memory that came behind newer ones, ascending by time
 */
public record CheckpointSeries(
    long ref,
    long batch,
    Labels labels,
    long newestMs,
    List<Chunk> chunks,
    Intervals deleted,
    List<Sample> late) {
  /**
   * A sample.
   *
   * @param timestampMs its timestamp
   * @param value its value, if it is a float
   * @param histogram its value, if it is a histogram
   * @param startMs its start timestamp, 0 for none
   */
  public record Sample(
      long timestampMs, double value, @Nullable Histogram histogram, long startMs) {}
}

package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.labels.Labels;
import java.util.List;

/**
 * What is about to move from the head into blocks.
 *
 * @param lsn the newest batch in it
 * @param endMs all of it is before this
 * @param series what moves of each series
 */
public record HeadCut(long lsn, long endMs, List<CutSeries> series) {
  /**
   * What moves of one series.
   *
   * @param ref the series' reference
   * @param labels its labels
   * @param chunkCount how many of its chunks go
   * @param sources what is to be stored, ascending by first timestamp; less than the chunks, if
   *     something is deleted, and more, if something came late
   */
  public record CutSeries(long ref, Labels labels, int chunkCount, List<ChunkSource> sources) {}
}

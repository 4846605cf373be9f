package io.hmsops.tsdb.head;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.labels.Labels;
import java.util.List;

/**
 * What is about to move from the head into blocks.
 *
 * @param lsn the newest batch in it
 * @param series what moves of each series
 */
public record HeadCut(long lsn, List<CutSeries> series) {
  /**
   * What moves of one series.
   *
   * @param ref the series' reference
   * @param labels its labels
   * @param chunks its oldest chunks, ascending by time
   */
  public record CutSeries(long ref, Labels labels, List<Chunk> chunks) {}
}

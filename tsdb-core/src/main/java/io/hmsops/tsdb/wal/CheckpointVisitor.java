package io.hmsops.tsdb.wal;

/** Is told what a checkpoint holds. */
public interface CheckpointVisitor {
  /**
   * The checkpoint's place in the log, before the first series and perhaps again.
   *
   * @param lsn the newest batch in it
   */
  void begin(long lsn);

  /**
   * A series.
   *
   * @param series the series
   */
  void series(CheckpointSeries series);
}

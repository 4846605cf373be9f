package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.MalformedDataException;

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

  /**
   * Some series that hold nothing but floats in order.
   *
   * @param frame before the first of them; of no use after the call
   * @throws MalformedDataException if they cannot be read
   */
  void floats(FloatSeriesReader frame) throws MalformedDataException;
}

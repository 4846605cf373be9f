package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;

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

  /**
   * An exemplar, in the order in which they came.
   *
   * @param series the labels of its series, which may have left the head
   * @param exemplar the exemplar
   */
  void exemplar(Labels series, Exemplar exemplar);

  /**
   * What is said of a metric family, in the order in which it was said.
   *
   * @param family its name
   * @param metadata its type, unit and help
   */
  void metadata(String family, Metadata metadata);
}

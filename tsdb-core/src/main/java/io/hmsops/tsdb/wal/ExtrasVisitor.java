package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;

/** Is told of exemplars and metadata, each in the order in which they came. */
public interface ExtrasVisitor {
  /**
   * An exemplar.
   *
   * @param series the labels of its series, which may have left the head
   * @param exemplar the exemplar
   */
  void exemplar(Labels series, Exemplar exemplar);

  /**
   * What is said of a metric family.
   *
   * @param family its name
   * @param metadata its type, unit and help
   */
  void metadata(String family, Metadata metadata);
}

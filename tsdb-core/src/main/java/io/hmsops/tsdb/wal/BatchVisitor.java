package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import org.jspecify.annotations.Nullable;

/** Is told what a logged batch holds, in the order of writing. */
public interface BatchVisitor {
  /**
   * A series that later entries refer to.
   *
   * @param ref its reference
   * @param labels its labels
   */
  void series(long ref, Labels labels);

  /**
   * A series that later entries refer to, as it is read.
   *
   * @param ref its reference
   * @param labels its labels, valid until this returns
   */
  default void series(long ref, LoggedLabels labels) {
    series(ref, labels.toLabels());
  }

  /**
   * A sample.
   *
   * @param ref its series
   * @param timestampMs its timestamp
   * @param value its value, if it is a float
   * @param histogram its value, if it is a histogram
   * @param startMs its start timestamp, 0 for none
   */
  void sample(
      long ref, long timestampMs, double value, @Nullable Histogram histogram, long startMs);

  /**
   * An exemplar.
   *
   * @param ref its series
   * @param exemplar the exemplar
   */
  void exemplar(long ref, Exemplar exemplar);

  /**
   * What is said of a metric family.
   *
   * @param family its name
   * @param metadata its type, unit and help
   */
  void metadata(String family, Metadata metadata);

  /**
   * A deletion of what a series has at this moment.
   *
   * @param ref its series
   * @param fromMs the first timestamp that is deleted
   * @param toMs the last timestamp that is deleted
   */
  void deletion(long ref, long fromMs, long toMs);

  /**
   * A series that has left the head: all that was written of it so far is in blocks, or deleted.
   * Its reference may be another's afterwards.
   *
   * @param ref its reference
   */
  void gone(long ref);
}

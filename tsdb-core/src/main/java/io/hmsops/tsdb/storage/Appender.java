package io.hmsops.tsdb.storage;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;

/**
 * Collects a batch of samples and commits it whole: readers see all of what was accepted, or
 * nothing, also after a crash. After a commit or rollback the appender is empty and may be used for
 * the next batch. Not thread-safe. When the store is closed, {@link #series}, the methods that take
 * a reference and {@link #commit} throw an {@link IllegalStateException}.
 */
public interface Appender {
  /**
   * {@return a reference to a series, created if need be} It is valid for all appenders of the
   * store, and for its life as long as the series is written to now and then. A store may forget
   * series that ended: a reference to one brings it back, unless very many ended since.
   *
   * @param labels the series; at least one label, at most 1,023
   * @throws IllegalArgumentException if there are no labels, or more, or the series is new and a
   *     name or a value has half a surrogate pair, which UTF-8 cannot carry
   * @throws TsdbException if the series cannot be created, for instance because of a limit
   */
  long series(Labels labels) throws TsdbException;

  /**
   * Adds a float to the batch. Whether it is accepted is known after {@link #commit}. This and the
   * other methods that take a reference throw an {@link IllegalArgumentException} for one that is
   * not known, or no more.
   *
   * @param ref a reference from {@link #series}
   * @param timestampMs milliseconds since the Unix epoch
   * @param value any double; {@link io.hmsops.tsdb.sample.StaleMarker#VALUE} ends the series
   */
  void add(long ref, long timestampMs, double value);

  /**
   * Adds a native histogram to the batch.
   *
   * @param ref a reference from {@link #series}
   * @param timestampMs milliseconds since the Unix epoch
   * @param histogram the sample
   */
  void add(long ref, long timestampMs, Histogram histogram);

  /**
   * Gives the sample added last a start timestamp.
   *
   * @param startTimestampMs when the counter behind it started, in milliseconds since the Unix
   *     epoch
   */
  void startTimestamp(long startTimestampMs);

  /**
   * Adds an exemplar to the batch.
   *
   * @param ref a reference from {@link #series}
   * @param exemplar the exemplar
   */
  void add(long ref, Exemplar exemplar);

  /**
   * Adds what is said of a metric family to the batch. What is known already is ignored.
   *
   * @param family the family's name
   * @param metadata its type, unit and help
   */
  void metadata(String family, Metadata metadata);

  /** {@return how many samples the batch has so far; the next one's position in it} */
  int size();

  /**
   * Writes the batch. Returns after the write to the log: what was accepted survives the death of
   * the process.
   *
   * @return what was accepted and what was refused
   * @throws TsdbException if nothing was written; the batch is dropped
   */
  CommitResult commit() throws TsdbException;

  /** Drops the batch. Series that it created stay. */
  void rollback();
}

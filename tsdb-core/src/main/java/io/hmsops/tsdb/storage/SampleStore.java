package io.hmsops.tsdb.storage;

/** Something that samples can be written to. Thread-safe. */
public interface SampleStore {
  /**
   * {@return a new appender, for one thread and any number of batches}
   *
   * @throws IllegalStateException if the store is closed
   */
  Appender appender();
}

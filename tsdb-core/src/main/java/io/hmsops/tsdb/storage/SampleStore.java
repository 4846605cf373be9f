package io.hmsops.tsdb.storage;

/** Something that samples can be written to. Thread-safe. */
public interface SampleStore {
  /** {@return a new appender, for one thread and any number of batches} */
  Appender appender();
}

package io.hmsops.tsdb.storage;

/** Something that holds samples. Thread-safe. */
public interface Queryable {
  /**
   * {@return a consistent view of the samples of a time range} It sees what was committed before
   * the call, whole batches only. The caller closes it.
   *
   * @param minTimeMs the earliest timestamp of interest, inclusive, in milliseconds since the Unix
   *     epoch
   * @param maxTimeMs the latest timestamp of interest, inclusive
   * @throws TsdbException if the data cannot be read
   * @throws IllegalStateException if it is closed
   */
  Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException;
}

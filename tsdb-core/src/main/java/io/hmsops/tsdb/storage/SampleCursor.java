package io.hmsops.tsdb.storage;

import java.util.Optional;

/**
 * Walks the samples of one series, batch by batch, timestamps strictly ascending over all batches.
 * Staleness markers are samples like others here. Not thread-safe.
 */
public interface SampleCursor {
  /**
   * Decodes the next samples into a batch, whose former content is dropped. A batch has samples of
   * one kind and at least one sample.
   *
   * @param into the batch to fill, owned by the caller
   * @return whether there was a batch; if not, {@code into} is empty
   * @throws TsdbException if the data cannot be read or the read was cancelled
   */
  boolean next(SampleBatch into) throws TsdbException;

  /**
   * {@return statistics of exactly the samples that the next {@link #next} would decode, where they
   * are known without decoding} With them the caller may {@link #skip} the batch.
   *
   * @throws TsdbException if the data cannot be read
   */
  default Optional<ChunkStatistics> peekStatistics() throws TsdbException {
    return Optional.empty();
  }

  /**
   * Leaves out the batch that {@link #next} would decode. Allowed only after {@link
   * #peekStatistics} returned statistics.
   *
   * @throws TsdbException if the data cannot be read
   */
  default void skip() throws TsdbException {
    throw new IllegalStateException("skip() without statistics");
  }
}

package io.hmsops.tsdb.block;

import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.Optional;

/** Samples of one series, of one kind, that can be had. Thread-safe. */
public interface ChunkSource {
  /** {@return the first timestamp} */
  long minTimeMs();

  /** {@return the last timestamp; the samples that may be read can end earlier} */
  long maxTimeMs();

  /**
   * Decodes all samples that may be read.
   *
   * @param into gets them; its former content is dropped
   * @throws TsdbException if they cannot be read or are damaged
   */
  void decode(SampleBatch into) throws TsdbException;

  /**
   * {@return statistics of exactly the samples that {@link #decode} would give, where they are
   * known}
   *
   * @throws TsdbException if they cannot be read or are damaged
   */
  default Optional<ChunkStatistics> statistics() throws TsdbException {
    return Optional.empty();
  }

  /** {@return how many bytes it takes in its file, timestamps that are shared left out} */
  default long storedBytes() {
    return 0;
  }
}

package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.storage.TsdbException;

/** A chunk that can be had. Thread-safe. */
public interface ChunkSource {
  /** {@return the first timestamp} */
  long minTimeMs();

  /** {@return the last timestamp; the samples that may be read can end earlier} */
  long maxTimeMs();

  /** {@return how many of the chunk's samples may be read} */
  int visibleCount();

  /**
   * {@return the chunk}
   *
   * @throws TsdbException if it cannot be read or is damaged
   */
  Chunk load() throws TsdbException;
}

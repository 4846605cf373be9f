package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;

/**
 * A chunk in memory, as the head and checkpoints have it.
 *
 * @param chunk the chunk
 * @param visibleCount how many of its samples may be read
 */
public record HeadChunk(Chunk chunk, int visibleCount) implements ChunkSource {
  @Override
  public long minTimeMs() {
    return chunk.minTimeMs();
  }

  @Override
  public long maxTimeMs() {
    return chunk.maxTimeMs();
  }

  @Override
  public void decode(SampleBatch into) throws TsdbException {
    try {
      ChunkDecoder.decode(chunk, visibleCount, into);
    } catch (MalformedDataException e) {
      throw new TsdbException(
          "chunk of %d samples from %d: %s"
              .formatted(chunk.count(), chunk.minTimeMs(), e.getMessage()),
          e);
    }
  }
}

package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.HeadChunk;
import io.hmsops.tsdb.chunk.Chunk;

/** A chunk of the head, wherever it is kept. Does not change. */
sealed interface StoredChunk permits StoredChunk.OnHeap, SlabChunk {
  long minTimeMs();

  long maxTimeMs();

  int count();

  /** {@return its first samples, for readers} */
  ChunkSource source(int visibleCount);

  /** {@return all of it} */
  default ChunkSource source() {
    return source(count());
  }

  /** {@return all of it, in an array} */
  Chunk toChunk();

  /** A chunk in an array. */
  record OnHeap(Chunk toChunk) implements StoredChunk {
    @Override
    public long minTimeMs() {
      return toChunk.minTimeMs();
    }

    @Override
    public long maxTimeMs() {
      return toChunk.maxTimeMs();
    }

    @Override
    public int count() {
      return toChunk.count();
    }

    @Override
    public ChunkSource source(int visibleCount) {
      return new HeadChunk(toChunk, visibleCount);
    }
  }
}

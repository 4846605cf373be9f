package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Picks the chunks of a series that a reader may see, from the newest back. Not thread-safe. */
final class VisibleChunks {
  private final long visible;
  private final long minTimeMs;
  private final long maxTimeMs;
  private final List<ChunkSource> found = new ArrayList<>(2);

  /** How many samples there are up to the end of the next chunk. */
  private long end;

  VisibleChunks(long total, long visible, long minTimeMs, long maxTimeMs) {
    this.end = total;
    this.visible = visible;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
  }

  void add(List<? extends StoredChunk> newestFirst) {
    for (StoredChunk chunk : newestFirst) {
      long start = end - chunk.count();
      int count = (int) Math.min(chunk.count(), visible - start);
      if (count > 0 && chunk.minTimeMs() <= maxTimeMs && chunk.maxTimeMs() >= minTimeMs) {
        found.add(chunk.source(count));
      }
      end = start;
    }
  }

  List<ChunkSource> oldestFirst() {
    Collections.reverse(found);
    return found;
  }
}

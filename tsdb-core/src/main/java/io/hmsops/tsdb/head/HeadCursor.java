package io.hmsops.tsdb.head;

import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.TsdbException;

/** Decodes chunks of one series that do not overlap, straight from their slots. */
final class HeadCursor implements SampleCursor {
  private final Slabs slabs;
  private final ChunkHandles chunks;
  private final int end;
  private final long minTimeMs;
  private final long maxTimeMs;
  private final Cancellation cancellation;
  private int next;

  /**
   * Creates a cursor.
   *
   * @param chunks the chunks, by time
   * @param start the first of them
   * @param end behind the last of them
   */
  HeadCursor(
      Slabs slabs,
      ChunkHandles chunks,
      int start,
      int end,
      long minTimeMs,
      long maxTimeMs,
      Cancellation cancellation) {
    this.slabs = slabs;
    this.chunks = chunks;
    this.next = start;
    this.end = end;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.cancellation = cancellation;
  }

  @Override
  public boolean next(SampleBatch into) throws TsdbException {
    into.clear();
    while (next < end) {
      cancellation.check();
      PlainSeries.decode(slabs, chunks, next++, into);
      into.retain(minTimeMs, maxTimeMs);
      if (into.count() > 0) {
        return true;
      }
    }
    return false;
  }
}

package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.storage.Cancellation;
import java.util.List;
import java.util.Set;

/**
 * What all series of a select share.
 *
 * @param minTimeMs the first timestamp wanted
 * @param maxTimeMs the last timestamp wanted
 * @param cancellation asked while reading
 * @param damage told of damaged chunks
 * @param warnings what is missing; a synchronized set, which grows while samples are read
 */
record SelectedRange(
    long minTimeMs,
    long maxTimeMs,
    Cancellation cancellation,
    ChunkCursor.Damage damage,
    Set<String> warnings) {
  /** {@return what is missing by now} */
  List<String> warningsByNow() {
    synchronized (warnings) {
      return List.copyOf(warnings);
    }
  }
}

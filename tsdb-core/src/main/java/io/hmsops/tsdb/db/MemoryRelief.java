package io.hmsops.tsdb.db;

import io.hmsops.tsdb.head.Head;
import io.hmsops.tsdb.storage.MemoryPressure;
import io.hmsops.tsdb.wal.Wal;

/**
 * Keeps memory bounded where appends outrun the maintenance: asked after each commit, it says
 * whether what can be moved to disk should be moved before the next one. Thread-safe.
 */
final class MemoryRelief {
  /** Looked at again when the log has grown by this part of the limit. */
  private static final int LOOKS_PER_LIMIT = 32;

  /** From this share of the limit on a commit waits for what else the maintenance does. */
  private static final double WAITING_SHARE = 1.25;

  /** What a commit has to do. */
  enum Need {
    /** Nothing. */
    NONE,
    /** To move chunks to disk, unless the maintenance is at work. */
    SOON,
    /** To move chunks to disk, and to wait until that can be done. */
    NOW
  }

  private final Head head;
  private final Wal wal;
  private final long limitBytes;

  /** May be set by several threads at once: then one looks more often. */
  private volatile long writtenAtLook;

  MemoryRelief(Head head, Wal wal, long limitBytes) {
    this.head = head;
    this.wal = wal;
    this.limitBytes = limitBytes;
  }

  /** {@return what is to be done after a commit} Cheap most of the times. */
  Need afterCommit() {
    long written = wal.writtenBytes();
    if (written - writtenAtLook < limitBytes / LOOKS_PER_LIMIT) {
      return Need.NONE;
    }
    writtenAtLook = written;
    MemoryPressure pressure = new MemoryPressure(head.expectedBytes(), limitBytes);
    if (!pressure.isExceeded()) {
      return Need.NONE;
    }
    return pressure.share() >= WAITING_SHARE ? Need.NOW : Need.SOON;
  }
}

package io.hmsops.tsdb.head;

import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.BatchEncoder;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Moves what is old, or of series that have ended, out of the head. Of one thread, beside appends
 * and queries.
 */
final class HeadCuts {
  /** As few idle series stay until their range is cut. */
  private static final int MIN_IDLE_SERIES = 256;

  /** So do those that are a smaller share than one in this many. */
  private static final int IDLE_SHARE = 8;

  private final HeadState state;
  private final SeriesTable table;
  private final IdleSeries idle;
  private final BatchEncoder empty = new BatchEncoder();

  HeadCuts(HeadState state, ForgottenSeries forgotten, long idleMs) {
    this.state = state;
    this.table = state.table;
    this.idle = new IdleSeries(state, forgotten, idleMs);
  }

  /** {@return whether so much time has passed that there may be series that have ended} */
  boolean isIdleDue() {
    state.commitLock.lock();
    try {
      return idle.isDue(state.newestMs, state.wal().lastLsn());
    } finally {
      state.commitLock.unlock();
    }
  }

  /** {@return all chunks of the series that have ended, if these are many; else nothing} */
  HeadCut prepareIdle() throws TsdbException {
    IntArrayList ended = idle.withChunks(state.newestMs());
    if (ended.size() < Math.max(MIN_IDLE_SERIES, knownSeries() / IDLE_SHARE)) {
      long lsn = state.wal().lastLsn();
      return new HeadCut(state, lsn, Long.MAX_VALUE, false, new int[0], new int[0]);
    }
    return prepare(Long.MAX_VALUE, ended);
  }

  private int knownSeries() {
    state.stateLock.readLock().lock();
    try {
      return table.index().count();
    } finally {
      state.stateLock.readLock().unlock();
    }
  }

  /** Frees what was cut unless readers still need it: then true. */
  boolean areKeptForReaders() {
    state.stateLock.writeLock().lock();
    try {
      return !table.dropRetired(state.layoutVersion);
    } finally {
      state.stateLock.writeLock().unlock();
    }
  }

  /** Takes series out that have ended and of which nothing is here; {@return how many} */
  int removeIdle() throws TsdbException {
    return areKeptForReaders() ? 0 : idle.removeEmpty(state.newestMs());
  }

  /**
   * {@return what may move into blocks now, empty if nothing may} Readers of before keep it, also
   * that of several cuts.
   *
   * @param lastMs only chunks that end at this time or before move
   * @param wanted these series; null for all
   */
  HeadCut prepare(long lastMs, @Nullable IntArrayList wanted) throws TsdbException {
    IntArrayList numbers = new IntArrayList();
    int[] chunkCounts;
    long lsn;
    state.commitLock.lock();
    state.stateLock.writeLock().lock();
    try {
      chunkCounts = new int[table.size()];
      lsn = state.wal().lastLsn();
      var _ = table.dropRetired(state.layoutVersion);
      if (table.samples().oldestMs() <= lastMs) {
        numbers = wanted == null ? beginningUntil(lastMs) : wanted;
      }
      if (!numbers.isEmpty()) {
        // An empty batch: checkpoints before it hold the chunks, those after it do not.
        lsn = state.wal().append(empty);
        state.committedBatch = lsn;
        numbers.forEachInt(
            number -> {
              table.samples().sealUntil(number, lastMs);
              chunkCounts[number] = table.samples().chunksUntil(number, lastMs);
            });
      }
    } finally {
      state.stateLock.writeLock().unlock();
      state.commitLock.unlock();
    }
    int[] sorted = table.index().order().sorted(numbers.toIntArray());
    return new HeadCut(state, lsn, lastMs, wanted == null, sorted, chunkCounts);
  }

  private IntArrayList beginningUntil(long lastMs) {
    IntArrayList numbers = new IntArrayList();
    for (int number = 0; number < table.size(); number++) {
      if (table.samples().minTimeMs(number) <= lastMs && !table.samples().isEmpty(number)) {
        numbers.addInt(number);
      }
    }
    return numbers;
  }

  /** Takes what was cut out of the head; the blocks become visible at the same moment. */
  void finish(HeadCut cut, Runnable publishBlocks) {
    state.commitLock.lock();
    state.stateLock.writeLock().lock();
    try {
      state.layoutVersion++;
      for (int i = 0; i < cut.size(); i++) {
        table.drop(cut.number(i), cut.chunkCount(i), cut.lastMs(), cut.lsn(), state.layoutVersion);
      }
      table.samples().findOldest();
      publishBlocks.run();
      state.newestInBlocksMs = Math.max(state.newestInBlocksMs, state.blocks.maxTimeMs());
    } finally {
      state.stateLock.writeLock().unlock();
      state.commitLock.unlock();
    }
  }
}

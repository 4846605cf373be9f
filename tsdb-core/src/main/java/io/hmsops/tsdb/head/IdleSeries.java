package io.hmsops.tsdb.head;

import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.BatchEncoder;
import java.util.BitSet;
import org.agrona.collections.IntArrayList;

/**
 * Finds series that have ended and takes them out of the head. Of one thread, beside appends and
 * queries.
 */
final class IdleSeries {
  /*
   * A series is idle if no batch has written to it since the newest timestamp was some time ago; half of that time if
   * its last sample is a staleness marker. One that still has chunks may be moved into a block; one that has none,
   * and of which no reader needs any, is taken out:
   *
   *   1. The log says so, and it is not found any more. Both locks, a slice of series at a time.
   *   2. When all readers of before are closed, each of its labels forgets it, the state lock being held for some
   *      labels at a time; then its number, and the room for its labels, are free for another series.
   *   3. When all readers of before that are closed, ids and texts of labels that no series has are free as well.
   *
   * Between 1 and 2 its number is of no series, so that selections, which ask whether it is, pass over it.
   */
  private static final int SLICE = 4096;

  private static final long NONE = -1;

  /** Labels are forgotten until this many series have been passed; then others get their turn. */
  private static final int POSTINGS_SLICE = 1 << 17;

  private final HeadState state;
  private final SeriesTable table;
  private final ReaderStamps readers;
  private final ForgottenSeries forgotten;
  private final long idleMs;
  private final IdleMarks marks = new IdleMarks();
  private final BatchEncoder encoder = new BatchEncoder();
  private long lookedAtMs = Long.MIN_VALUE;

  /** What was taken out and is not free yet. */
  private final BitSet gone = new BitSet();

  /** Readers with a larger number cannot know {@link #gone}. */
  private long goneStamp = NONE;

  /** Readers with a larger number cannot know the labels that are forgotten, if there are some. */
  private long forgottenStamp = NONE;

  IdleSeries(HeadState state, ForgottenSeries forgotten, long idleMs) {
    this.state = state;
    this.readers = state.readers;
    this.table = state.table;
    this.forgotten = forgotten;
    this.idleMs = idleMs;
  }

  private record Found(IntArrayList withChunks, BitSet empty) {}

  /** Notes the time, and {@return whether it is time to look for idle series} */
  boolean isDue(long newestMs, long lastLsn) {
    if (newestMs < Long.MIN_VALUE + idleMs) {
      return false;
    }
    marks.add(newestMs, lastLsn);
    marks.forgetBefore(newestMs - idleMs);
    return lookedAtMs == Long.MIN_VALUE || newestMs - lookedAtMs >= idleMs / 8;
  }

  private Found find(long newestMs) {
    long silentUntil = marks.lastBatchAt(newestMs - idleMs);
    long staleUntil = marks.lastBatchAt(newestMs - idleMs / 2);
    Found found = new Found(new IntArrayList(), new BitSet());
    for (int from = 0; from < table.size(); from += SLICE) {
      state.stateLock.readLock().lock();
      try {
        int end = Math.min(from + SLICE, table.size());
        for (int number = from; number < end; number++) {
          if (table.isIdle(number, silentUntil, staleUntil)) {
            if (table.samples().isEmpty(number)) {
              found.empty.set(number);
            } else {
              found.withChunks.addInt(number);
            }
          }
        }
      } finally {
        state.stateLock.readLock().unlock();
      }
    }
    return found;
  }

  /** {@return the idle series that have chunks} */
  IntArrayList withChunks(long newestMs) {
    lookedAtMs = newestMs;
    return find(newestMs).withChunks;
  }

  /**
   * Takes out the idle series that have nothing in the head, and goes on with those taken out
   * before.
   *
   * @return how many
   * @throws TsdbException if the log cannot be written; some may be out
   */
  int removeEmpty(long newestMs) throws TsdbException {
    goOn();
    if (!gone.isEmpty()) {
      // A reader of before is still open: one generation at a time.
      return 0;
    }
    BitSet empty = find(newestMs).empty;
    try {
      int from = empty.nextSetBit(0);
      while (from >= 0) {
        from = takeOut(empty, from, newestMs);
      }
    } finally {
      goneStamp = readers.newest();
    }
    int count = gone.cardinality();
    goOn();
    return count;
  }

  private void goOn() {
    if (forgottenStamp != NONE && readers.oldest() > forgottenStamp) {
      state.stateLock.writeLock().lock();
      try {
        // An order that is being made looks at all ids, also at those of no series.
        if (!table.index().order().isBeingMade()) {
          table.index().reuseForgotten();
          forgottenStamp = NONE;
        }
      } finally {
        state.stateLock.writeLock().unlock();
      }
    }
    if (!gone.isEmpty() && forgottenStamp == NONE && readers.oldest() > goneStamp) {
      forgetLabels();
      free();
      gone.clear();
      forgottenStamp = readers.newest();
    }
  }

  /** {@return the next number to look at, −1 if there is none} */
  private int takeOut(BitSet empty, int from, long newestMs) throws TsdbException {
    long silentUntil = marks.lastBatchAt(newestMs - idleMs);
    long staleUntil = marks.lastBatchAt(newestMs - idleMs / 2);
    IntArrayList slice = new IntArrayList();
    state.commitLock.lock();
    try {
      encoder.clear();
      int number = from;
      for (; number >= 0 && slice.size() < SLICE; number = empty.nextSetBit(number + 1)) {
        // Something may have come since it was found.
        if (table.isIdle(number, silentUntil, staleUntil) && table.isRemovable(number)) {
          slice.addInt(number);
          if (table.isLogged(number)) {
            encoder.gone(number + 1L);
          }
        }
      }
      takeOut(slice);
      slice.forEachInt(gone::set);
      return number;
    } finally {
      state.commitLock.unlock();
    }
  }

  /** Logs that series are gone, and takes them out; under the commit lock. */
  private void takeOut(IntArrayList numbers) throws TsdbException {
    long lsn = encoder.isEmpty() ? state.committedBatch : state.wal().append(encoder);
    state.stateLock.writeLock().lock();
    try {
      numbers.forEachInt(
          number -> {
            forgotten.add(table.reference(number), table.labels(number));
            table.remove(number);
          });
      state.removals.incrementAndGet();
      state.committedBatch = lsn;
    } finally {
      state.stateLock.writeLock().unlock();
    }
  }

  private void forgetLabels() {
    BitSet labels = new BitSet();
    state.stateLock.readLock().lock();
    try {
      for (int number = gone.nextSetBit(0); number >= 0; number = gone.nextSetBit(number + 1)) {
        table.index().addLabelIds(number, labels);
      }
    } finally {
      state.stateLock.readLock().unlock();
    }
    int label = labels.nextSetBit(0);
    while (label >= 0) {
      state.stateLock.writeLock().lock();
      try {
        int passed = 0;
        while (label >= 0 && passed < POSTINGS_SLICE) {
          passed += 16 + table.index().seriesCount(label);
          table.index().forgetIn(label, gone);
          label = labels.nextSetBit(label + 1);
        }
      } finally {
        state.stateLock.writeLock().unlock();
      }
    }
  }

  private void free() {
    state.commitLock.lock();
    state.stateLock.writeLock().lock();
    try {
      table.index().free(gone);
    } finally {
      state.stateLock.writeLock().unlock();
      state.commitLock.unlock();
    }
  }
}

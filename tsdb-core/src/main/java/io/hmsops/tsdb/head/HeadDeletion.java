package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.postings.Selection;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.BatchEncoder;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.IntArrayList;

/** Deletes what series have in a time range. */
record HeadDeletion(HeadState state, long fromMs, long toMs) {
  /** Survives a crash when it returns; if the log cannot be written, nothing is deleted. */
  void of(List<List<LabelMatcher>> matcherSets) throws TsdbException {
    SeriesTable table = state.table;
    state.commitLock.lock();
    try {
      BitSet numbers = select(matcherSets);
      IntArrayList meant = new IntArrayList();
      BatchEncoder encoder = new BatchEncoder();
      for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
        // Also of series that have nothing here: their newest sample is remembered.
        if (table.exists(i) && table.isLogged(i)) {
          encoder.deletion(i + 1L, fromMs, toMs);
          meant.addInt(i);
        }
      }
      if (!meant.isEmpty()) {
        apply(meant, state.wal().append(encoder));
      }
    } finally {
      state.commitLock.unlock();
    }
  }

  private BitSet select(List<List<LabelMatcher>> matcherSets) {
    BitSet numbers = new BitSet();
    for (List<LabelMatcher> matchers : matcherSets) {
      numbers.or(Selection.select(state.table.index(), matchers));
    }
    return numbers;
  }

  private void apply(IntArrayList numbers, long lsn) {
    state.stateLock.writeLock().lock();
    try {
      numbers.forEachInt(number -> state.table.delete(number, fromMs, toMs));
      state.committedBatch = lsn;
    } finally {
      state.stateLock.writeLock().unlock();
    }
  }
}

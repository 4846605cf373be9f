package io.hmsops.tsdb.head;

import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.CheckpointWriter;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Hands the series of a head to a checkpoint, while others append. Of one thread. */
final class HeadCheckpoint {
  private static final int SLICE = 1024;

  private final HeadState state;
  private final FloatSeriesEncoder floats = new FloatSeriesEncoder();
  private final List<CheckpointSeries> others = new ArrayList<>();

  HeadCheckpoint(HeadState state) {
    this.state = state;
  }

  /** Begins a new segment of the log, and {@return the newest batch before it} */
  long begin() throws IOException {
    state.commitLock.lock();
    try {
      long lsn = state.wal().lastLsn();
      state.wal().roll();
      return lsn;
    } finally {
      state.commitLock.unlock();
    }
  }

  /** Writes all series, a slice after the other. */
  void writeTo(CheckpointWriter writer) throws IOException {
    for (int from = 0; fillSlice(from, writer.lsn()); from += SLICE) {
      if (floats.count() > 0) {
        writer.floats(floats);
      }
      others.forEach(writer::series);
      others.clear();
    }
  }

  /** Collects some series as they are now, or {@return false} if there are no more. */
  private boolean fillSlice(int from, long lsn) {
    SeriesTable table = state.table;
    state.commitLock.lock();
    state.stateLock.readLock().lock();
    try {
      floats.begin(lsn, table.index().count(), table.index().pairs().size());
      int end = Math.min(from + SLICE, table.size());
      for (int number = from; number < end; number++) {
        if (table.exists(number)
            && table.isLogged(number)
            && !table.encode(number, state.committedBatch, floats)) {
          others.add(table.state(number, state.committedBatch));
        }
      }
      return from < end;
    } finally {
      state.stateLock.readLock().unlock();
      state.commitLock.unlock();
    }
  }
}

package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.HeadChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Applies what the log and the checkpoint say. Of one thread. */
final class ReplayedEntries {
  private final HeadState state;
  private final SeriesTable table;
  private final Replay replay;
  private final long newestInBlocksMs;

  /** The batch of what is being restored. */
  private long restoredLsn;

  /** Whether a chunk that begins at a time is in a block; one object for all series. */
  private final LongPredicate inBlock;

  ReplayedEntries(HeadState state, Replay replay, long newestInBlocksMs) {
    this.state = state;
    this.table = state.table;
    this.replay = replay;
    this.newestInBlocksMs = newestInBlocksMs;
    this.inBlock = minTimeMs -> isInBlock(restoredLsn, minTimeMs);
  }

  void apply(ReplayColumns columns) {
    for (int from = 0; from < columns.size; from += Batch.BLOCK) {
      int end = Math.min(columns.size, from + Batch.BLOCK);
      table.floats().touch(columns.numbers, from, end);
      apply(columns, from, end);
    }
  }

  private void apply(ReplayColumns columns, int from, int end) {
    for (int i = from; i < end; i++) {
      int number = columns.numbers[i];
      if (columns.kinds[i] == ReplayColumns.Kind.SAMPLE && appendFloat(columns, i, number)) {
        continue;
      }
      long lsn = columns.lsns[i];
      if (columns.kinds[i] == ReplayColumns.Kind.CHECKPOINT_SERIES) {
        restore(number, lsn, (CheckpointSeries) Objects.requireNonNull(columns.objects[i]));
      } else if (lsn > table.restoredBatch(number)) {
        // Otherwise the checkpoint, whose series were written one after another, has it already.
        apply(columns, i, number, lsn);
      }
    }
  }

  /** Appends a float that is newer than everything else; false if it is no such. */
  private boolean appendFloat(ReplayColumns columns, int i, int number) {
    long timestampMs = columns.timestampsMs[i];
    if (columns.objects[i] != null
        || columns.startsMs[i] != SampleBatch.NO_START_TIMESTAMP
        || timestampMs <= newestInBlocksMs
        || table.newest().holdsHistograms()
        || !table.floats().replay(number, columns.lsns[i], timestampMs, columns.values[i])) {
      return false;
    }
    table.samples().noteOldest(timestampMs);
    state.noteStored(timestampMs);
    return true;
  }

  private void apply(ReplayColumns columns, int i, int number, long lsn) {
    switch (columns.kinds[i]) {
      case SAMPLE ->
          sample(
              number,
              lsn,
              columns.timestampsMs[i],
              columns.values[i],
              (Histogram) columns.objects[i],
              columns.startsMs[i]);
      case EXEMPLAR ->
          state.exemplars.add(
              table.labels(number), (Exemplar) Objects.requireNonNull(columns.objects[i]));
      case DELETION -> table.delete(number, columns.timestampsMs[i], columns.startsMs[i]);
      case GONE -> table.clear(number);
      case CHECKPOINT_SERIES -> throw new AssertionError("not an entry of the log");
    }
  }

  private boolean isInBlock(long lsn, long timestampMs) {
    return timestampMs <= newestInBlocksMs && replay.isInBlock(lsn, timestampMs);
  }

  private void sample(
      int number,
      long lsn,
      long timestampMs,
      double value,
      @Nullable Histogram histogram,
      long startMs) {
    long newestMs = table.newest().timeMs(number);
    if (timestampMs <= newestMs) {
      addLate(number, lsn, timestampMs, value, histogram, startMs);
      return;
    }
    double newestValue = table.newest().value(number);
    table.newest().set(number, timestampMs, value, histogram, true);
    if (!isInBlock(lsn, timestampMs)) {
      table.samples().append(number, timestampMs, value, histogram, startMs, newestMs, newestValue);
      state.noteStored(timestampMs);
    }
  }

  private void addLate(
      int number,
      long lsn,
      long timestampMs,
      double value,
      @Nullable Histogram histogram,
      long startMs) {
    if (!isInBlock(lsn, timestampMs)) {
      // Batch 0: every reader sees what was there at the start.
      table
          .samples()
          .appendLate(
              number,
              new LateSamples.Late(0, timestampMs, value, histogram, startMs),
              table.newest().timeMs(number));
      state.noteStored(timestampMs);
    }
  }

  /** Takes over a series of floats, of which nothing was read but its head. */
  void restore(int number, long lsn, FloatSeriesReader stored) throws MalformedDataException {
    restoredLsn = lsn;
    state.noteStored(table.restore(number, stored, inBlock));
  }

  private void restore(int number, long lsn, CheckpointSeries stored) {
    List<Chunk> chunks = new ArrayList<>(stored.chunks().size());
    for (Chunk chunk : stored.chunks()) {
      // Chunks do not cross block ranges, so all of it is in a block or nothing.
      if (!isInBlock(lsn, chunk.minTimeMs())) {
        chunks.add(chunk);
        state.noteStored(chunk.maxTimeMs());
      }
    }
    table.restore(number, stored, chunks);
    for (CheckpointSeries.Sample late : stored.late()) {
      addLate(number, lsn, late.timestampMs(), late.value(), late.histogram(), late.startMs());
    }
    if (stored.newestMs() > table.newest().timeMs(number)) {
      table.newest().set(number, stored.newestMs(), 0, null, false);
      if (!stored.deleted().contains(stored.newestMs())) {
        restoreNewest(number, stored.newestMs(), stored.chunks());
      }
    }
  }

  /** Reads the newest value, so that a sample that is sent again is known as a duplicate. */
  private void restoreNewest(int number, long newestMs, List<Chunk> chunks) {
    if (chunks.isEmpty() || chunks.getLast().maxTimeMs() != newestMs) {
      return;
    }
    Chunk last = chunks.getLast();
    SampleBatch batch = new SampleBatch();
    ChunkCursor cursor =
        new ChunkCursor(
            List.of(new HeadChunk(last, last.count())), newestMs, newestMs, Cancellation.NONE);
    try {
      if (cursor.next(batch)) {
        boolean floats = !batch.holdsHistograms();
        table
            .newest()
            .set(
                number,
                newestMs,
                floats ? batch.values()[0] : 0,
                floats ? null : batch.histograms()[0],
                true);
      }
    } catch (TsdbException e) {
      throw new AssertionError("a chunk of a checked checkpoint does not decode", e);
    }
  }
}

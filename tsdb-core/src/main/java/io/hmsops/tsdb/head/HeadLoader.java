package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.HeadChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.BatchVisitor;
import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.CheckpointVisitor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills the head from a checkpoint and the log behind it, before anybody else uses it. Series keep
 * their references over a restart.
 */
public final class HeadLoader implements BatchVisitor, CheckpointVisitor {
  private static final int UNKNOWN = -1;

  /** The entry is in the checkpoint already. */
  private static final int DONE = -2;

  private final Head head;
  private final SeriesTable table;
  private final Replay replay;
  private long lsn;
  private long unknownSeries;

  HeadLoader(Head head, Replay replay) {
    this.head = head;
    this.table = head.table();
    this.replay = replay;
  }

  /**
   * Says which batch comes next.
   *
   * @param newLsn its sequence number
   */
  public void beginBatch(long newLsn) {
    lsn = newLsn;
  }

  /** {@return how many samples were dropped because their series was lost with a damaged frame} */
  public long samplesOfUnknownSeries() {
    return unknownSeries;
  }

  private int resolve(long ref, Labels labels) {
    int number = (int) ref - 1;
    if (ref < 1 || ref > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "series reference: %d (expected: 1 to %d)".formatted(ref, Integer.MAX_VALUE));
    }
    if (!table.exists(number)) {
      table.index().create(number, labels);
    }
    table.setLogged(number, true);
    return number;
  }

  @Override
  public void begin(long newestBatch) {
    // A block that was cut after the checkpoint was written at a later batch.
    lsn = newestBatch + 1;
  }

  @Override
  public void series(long ref, Labels labels) {
    var _ = resolve(ref, labels);
  }

  @Override
  public void series(CheckpointSeries stored) {
    int number = resolve(stored.ref(), stored.labels());
    stored.exemplars().forEach(e -> head.addExemplar(number, e));
    List<Chunk> chunks = new ArrayList<>(stored.chunks().size());
    for (Chunk chunk : stored.chunks()) {
      // Chunks do not cross block ranges, so all of it is in a block or nothing.
      if (!replay.isInBlock(lsn, chunk.minTimeMs())) {
        chunks.add(chunk);
        head.noteStored(chunk.maxTimeMs());
      }
    }
    table.restore(number, stored, chunks);
    for (CheckpointSeries.Sample late : stored.late()) {
      addLate(number, late.timestampMs(), late.value(), late.histogram(), late.startMs());
    }
    if (stored.newestMs() > table.newestMs(number)) {
      table.setNewest(number, stored.newestMs(), 0, null, false);
      restoreNewest(number, stored.newestMs(), stored.chunks());
    }
  }

  private void addLate(
      int number, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    if (!replay.isInBlock(lsn, timestampMs)) {
      // Batch 0: every reader sees what was there at the start.
      table.appendLate(
          number,
          new LateSamples.Late(0, timestampMs, value, histogram, startMs),
          table.newestMs(number));
      head.noteStored(timestampMs);
    }
  }

  /** {@return the number of a series that an entry of the log is to be applied to, −1 if none} */
  private int numberFor(long ref) {
    int number = (int) ref - 1;
    if (ref < 1 || ref > Integer.MAX_VALUE || !table.exists(number)) {
      return UNKNOWN;
    }
    return lsn <= table.restoredBatch(number) ? DONE : number;
  }

  @Override
  public void deletion(long ref, long fromMs, long toMs) {
    int number = numberFor(ref);
    if (number >= 0) {
      table.delete(number, fromMs, toMs);
    }
  }

  /** Reads the newest value, so that a sample that is sent again is known as a duplicate. */
  private void restoreNewest(int number, long newestMs, List<Chunk> chunks) {
    if (chunks.isEmpty() || chunks.getLast().maxTimeMs() != newestMs) {
      return;
    }
    SampleBatch batch = new SampleBatch();
    ChunkCursor cursor =
        new ChunkCursor(
            List.of(new HeadChunk(chunks.getLast(), chunks.getLast().count())),
            newestMs,
            newestMs,
            Cancellation.NONE);
    try {
      if (cursor.next(batch)) {
        boolean floats = !batch.holdsHistograms();
        table.setNewest(
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

  @Override
  public void sample(
      long ref, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    int number = numberFor(ref);
    if (number < 0) {
      unknownSeries += number == UNKNOWN ? 1 : 0;
      return;
    }
    long newestMs = table.newestMs(number);
    if (timestampMs <= newestMs) {
      addLate(number, timestampMs, value, histogram, startMs);
      return;
    }
    double newestValue = table.newestValue(number);
    table.setNewest(number, timestampMs, value, histogram, true);
    if (!replay.isInBlock(lsn, timestampMs)) {
      table.append(number, timestampMs, value, histogram, startMs, newestMs, newestValue);
      head.noteStored(timestampMs);
    }
  }

  @Override
  public void exemplar(long ref, Exemplar exemplar) {
    int number = numberFor(ref);
    if (number >= 0) {
      head.addExemplar(number, exemplar);
    }
  }
}

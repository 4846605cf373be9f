package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkCursor;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills the head from a checkpoint and the log behind it, before anybody else uses it. Series keep
 * their references over a restart.
 */
public final class HeadLoader implements BatchVisitor, CheckpointVisitor {
  private final Head head;
  private final Replay replay;
  private long lsn;
  private long unknownSeries;

  HeadLoader(Head head, Replay replay) {
    this.head = head;
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

  private HeadSeries resolve(long ref, Labels labels) {
    HeadSeries known = head.index().find(ref);
    HeadSeries series = known != null ? known : head.index().createAt(ref, labels);
    series.setLogged();
    return series;
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
    HeadSeries series = resolve(stored.ref(), stored.labels());
    series.exemplars().addAll(stored.exemplars());
    for (Chunk chunk : stored.chunks()) {
      // Chunks do not cross block ranges, so all of it is in a block or nothing.
      if (!replay.isInBlock(lsn, chunk.minTimeMs())) {
        series.restore(chunk);
        head.noteStored(chunk.maxTimeMs());
      }
    }
    series.restoreDeleted(stored.deleted());
    for (CheckpointSeries.Sample late : stored.late()) {
      addLate(series, late.timestampMs(), late.value(), late.histogram(), late.startMs());
    }
    series.setNewestTime(stored.newestMs());
    restoreNewest(series, stored.newestMs(), stored.chunks());
  }

  private void addLate(
      HeadSeries series,
      long timestampMs,
      double value,
      @Nullable Histogram histogram,
      long startMs) {
    if (!replay.isInBlock(lsn, timestampMs)) {
      // Batch 0: every reader sees what was there at the start.
      series.appendLate(0, timestampMs, value, histogram, startMs);
      head.noteStored(timestampMs);
    }
  }

  @Override
  public void deletion(long ref, long fromMs, long toMs) {
    HeadSeries series = head.index().find(ref);
    if (series != null) {
      series.delete(fromMs, toMs);
    }
  }

  /** Reads the newest value, so that a sample that is sent again is known as a duplicate. */
  private static void restoreNewest(HeadSeries series, long newestMs, List<Chunk> chunks) {
    if (chunks.isEmpty() || chunks.getLast().maxTimeMs() != newestMs) {
      return;
    }
    SampleBatch batch = new SampleBatch();
    ChunkCursor cursor =
        new ChunkCursor(
            List.of(HeadSeries.source(chunks.getLast())), newestMs, newestMs, Cancellation.NONE);
    try {
      if (cursor.next(batch)) {
        boolean floats = !batch.holdsHistograms();
        series.setNewest(
            newestMs, floats ? batch.values()[0] : 0, floats ? null : batch.histograms()[0]);
      }
    } catch (TsdbException e) {
      throw new AssertionError("a chunk of a checked checkpoint does not decode", e);
    }
  }

  @Override
  public void sample(
      long ref, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    HeadSeries series = head.index().find(ref);
    if (series == null) {
      unknownSeries++;
      return;
    }
    if (timestampMs <= series.newestMs()) {
      addLate(series, timestampMs, value, histogram, startMs);
      return;
    }
    series.setNewest(timestampMs, value, histogram);
    if (!replay.isInBlock(lsn, timestampMs)) {
      series.append(timestampMs, value, histogram, startMs, head.limits().blockRangeMs());
      head.noteStored(timestampMs);
    }
  }

  @Override
  public void exemplar(long ref, Exemplar exemplar) {
    HeadSeries series = head.index().find(ref);
    if (series != null) {
      head.addExemplar(series, exemplar);
    }
  }
}

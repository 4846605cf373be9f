package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.CheckpointWriter;
import io.hmsops.tsdb.wal.ExtrasVisitor;
import io.hmsops.tsdb.wal.Wal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/** The newest samples, in memory. Thread-safe once it is filled and started. */
public final class Head {
  private final HeadState state;
  private final SeriesLimits seriesLimits;
  private final HeadCommits commits;
  private final HeadCuts cuts;
  private final HeadReads reads;

  /**
   * Creates an empty head.
   *
   * @param limits what it refuses
   * @param clock what the time is
   * @param blocks finds what is no longer in the head
   */
  public Head(HeadLimits limits, InstantSource clock, StoredSamples blocks) {
    ForgottenSeries forgotten = new ForgottenSeries();
    this.state = new HeadState(limits, blocks);
    this.seriesLimits = new SeriesLimits(limits, state.table);
    this.commits = new HeadCommits(state, limits, seriesLimits, forgotten, clock);
    this.cuts = new HeadCuts(state, forgotten, limits.seriesIdleMs());
    this.reads = new HeadReads(state);
  }

  /**
   * {@return what fills this head before it is started; to be closed}
   *
   * @param replay says what is in blocks
   * @param newestInBlocksMs the newest timestamp in blocks, {@link Long#MIN_VALUE} if there is none
   */
  public HeadLoader loader(Replay replay, long newestInBlocksMs) {
    return new HeadLoader(state, replay, newestInBlocksMs);
  }

  /**
   * Ends the filling.
   *
   * @param log where commits are written
   */
  public void start(Wal log) {
    state.start(log);
    commits.start();
  }

  /**
   * Sets what is done after each commit.
   *
   * @param action run by the thread of the commit, without locks; does not throw
   */
  public void onCommit(Runnable action) {
    commits.onCommit(action);
  }

  /**
   * Tells the newest timestamp stored anywhere; while the head is filled.
   *
   * @param maxMs the newest timestamp
   */
  public void noteStored(long maxMs) {
    state.noteStored(maxMs);
  }

  /** Refuses appends from now on; waits for those that are being made. */
  public void close() {
    state.close();
  }

  /** {@return a new appender} */
  public Appender appender() {
    return new HeadAppender(commits, state.removals);
  }

  /**
   * {@return how many series the log has named, up to now and in what was read of it at the start}
   */
  public long loggedSeries() {
    return state.loggedSeries.get();
  }

  /**
   * {@return a view of what is committed now}
   *
   * @param atTheSameMoment run while nothing can be committed or moved into blocks
   */
  public HeadReader openReader(Runnable atTheSameMoment) {
    state.stateLock.readLock().lock();
    try {
      HeadReader reader = new HeadReader(state, reads);
      atTheSameMoment.run();
      return reader;
    } finally {
      state.stateLock.readLock().unlock();
    }
  }

  /**
   * Hands the whole head to a checkpoint, a slice of series after the other: each with what is
   * committed when its turn comes. Commits wait for a slice at most. The log goes on in a new
   * segment.
   *
   * @param writer opened for the batch that it is given; nothing newer is in the deleted part of
   *     the log
   * @return what was opened, after everything was handed over
   * @throws IOException if the checkpoint or the log cannot be written
   */
  public CheckpointWriter checkpoint(CheckpointOpener writer) throws IOException {
    HeadCheckpoint checkpoint = new HeadCheckpoint(state);
    CheckpointWriter opened = writer.open(checkpoint.begin());
    boolean complete = false;
    try {
      checkpoint.writeTo(opened);
      complete = true;
      return opened;
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    } finally {
      if (!complete) {
        opened.close();
      }
    }
  }

  /**
   * Begins a new segment of the log.
   *
   * @return the newest batch before it
   * @throws IOException if it cannot be made
   */
  public long rollLog() throws IOException {
    return new HeadCheckpoint(state).begin();
  }

  /**
   * Hands over all exemplars and metadata, each in the order in which they came.
   *
   * @param visitor is told of them
   */
  public void visitExtras(ExtrasVisitor visitor) {
    state.exemplars.forEach(visitor::exemplar);
    state.metadata.forEach(visitor::metadata);
  }

  /** {@return whether there is an exemplar or something is said of a metric family} */
  public boolean hasExtras() {
    return state.exemplars.count() > 0 || !state.metadata.isEmpty();
  }

  /** Opens a checkpoint. */
  @FunctionalInterface
  public interface CheckpointOpener {
    /**
     * {@return the opened checkpoint}
     *
     * @param lsn the newest batch in it
     * @throws IOException if it cannot be opened
     */
    CheckpointWriter open(long lsn) throws IOException;
  }

  /**
   * {@return what may move into blocks now, empty if nothing may} Readers of before keep it.
   *
   * @param lastMs only chunks that end at this time or before move; the last of a block range
   * @throws TsdbException if the log cannot be written
   */
  public HeadCut prepareCut(long lastMs) throws TsdbException {
    return cuts.prepare(lastMs, null);
  }

  /** {@return whether readers still need what was cut, so that its memory is not free yet} */
  public boolean cutsAwaitReaders() {
    return cuts.areKeptForReaders();
  }

  /** {@return whether so much time has passed that there may be series that have ended} */
  public boolean isIdleDue() {
    return cuts.isIdleDue();
  }

  /**
   * {@return all chunks of the series that have ended, if these are many; else nothing} A series
   * has ended if nothing was written to it for a time.
   *
   * @throws TsdbException if the log cannot be written
   */
  public HeadCut prepareIdleCut() throws TsdbException {
    return cuts.prepareIdle();
  }

  /**
   * Takes series out that have ended and of which nothing is here any more. References to them stay
   * valid for a time.
   *
   * @return how many
   * @throws TsdbException if the log cannot be written; some may be out
   */
  public int removeIdle() throws TsdbException {
    return cuts.removeIdle();
  }

  /**
   * Takes what was cut out of the head, once its blocks are there.
   *
   * @param cut what was prepared last
   * @param publishBlocks makes the blocks visible to new readers; run at the same moment
   */
  public void finishCut(HeadCut cut, Runnable publishBlocks) {
    cuts.finish(cut, publishBlocks);
  }

  /**
   * Deletes what is stored now in a time range; what is appended later stays. Survives a crash when
   * it returns.
   *
   * @param matcherSets a series is meant if it passes all matchers of one set
   * @param fromMs the first timestamp
   * @param toMs the last timestamp
   * @throws TsdbException if the log cannot be written; nothing is deleted then
   */
  public void delete(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs)
      throws TsdbException {
    new HeadDeletion(state, fromMs, toMs).of(matcherSets);
  }

  /** {@return the newest timestamp stored, {@link Long#MIN_VALUE} if there is none} */
  public long newestMs() {
    return state.newestMs();
  }

  /** {@return how much memory series, chunks and index take} Cheap. */
  public long memoryBytes() {
    state.stateLock.readLock().lock();
    try {
      return state.table.memoryBytes();
    } finally {
      state.stateLock.readLock().unlock();
    }
  }

  /** {@return how much memory series, chunks and index take, or will soon} Cheap. */
  public long expectedBytes() {
    state.stateLock.readLock().lock();
    try {
      return state.table.expectedBytes();
    } finally {
      state.stateLock.readLock().unlock();
    }
  }

  /** {@return how much of it are chunks that have grown, and so would go into blocks} Cheap. */
  public long grownChunkBytes() {
    state.stateLock.readLock().lock();
    try {
      return state.table.grownChunkBytes();
    } finally {
      state.stateLock.readLock().unlock();
    }
  }

  /** {@return what the head holds; looks at every series} */
  public HeadStats stats() {
    SeriesTable table = state.table;
    state.stateLock.readLock().lock();
    try {
      long series = 0;
      for (int number = 0; number < table.size(); number++) {
        series += table.exists(number) && !table.samples().isEmpty(number) ? 1 : 0;
      }
      return new HeadStats(
          series,
          table.index().count(),
          table.samples().chunkCount(),
          commits.appendedSamples(),
          table.memoryBytes(),
          table.samples().oldestMs(),
          state.newestMs,
          table.index().valueCounts(),
          table.index().seriesCounts(Label.METRIC_NAME),
          seriesLimits.refused());
    } finally {
      state.stateLock.readLock().unlock();
    }
  }
}

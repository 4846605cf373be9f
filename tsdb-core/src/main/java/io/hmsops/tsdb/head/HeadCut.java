package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.labels.Labels;
import java.util.List;

/** What is about to move from the head into blocks. Its series are read as they are needed. */
public final class HeadCut {
  /**
   * What moves of one series.
   *
   * @param labels its labels
   * @param sources what is to be stored, ascending by first timestamp; less than the chunks, if
   *     something is deleted, and more, if something came late
   */
  public record CutSeries(Labels labels, List<ChunkSource> sources) {}

  private final HeadState state;
  private final long lsn;
  private final long lastMs;
  private final boolean whole;
  private final int[] numbers;
  private final int[] chunkCounts;

  /**
   * Creates a cut.
   *
   * @param whole whether nothing older than it stays
   * @param numbers the series, in the order of labels
   * @param chunkCounts for each number how many of the series' oldest chunks go
   */
  HeadCut(HeadState state, long lsn, long lastMs, boolean whole, int[] numbers, int[] chunkCounts) {
    this.state = state;
    this.lsn = lsn;
    this.lastMs = lastMs;
    this.whole = whole;
    this.numbers = numbers;
    this.chunkCounts = chunkCounts;
  }

  /** {@return the newest batch in it} */
  public long lsn() {
    return lsn;
  }

  /** {@return nothing of it is behind this} */
  public long lastMs() {
    return lastMs;
  }

  /**
   * {@return whether all that was committed up to {@link #lsn}, not behind {@link #lastMs}, is in
   * it} Otherwise it has some series only, and the log is needed for the others.
   */
  public boolean whole() {
    return whole;
  }

  /** {@return how many series it has} */
  public int size() {
    return numbers.length;
  }

  /**
   * {@return what moves of a series}
   *
   * @param index from 0 to {@code size() - 1}, in the order of labels
   */
  public CutSeries series(int index) {
    int number = numbers[index];
    state.stateLock.readLock().lock();
    try {
      return new CutSeries(
          state.table.labels(number),
          state.table.samples().cutSources(number, chunkCount(index), lastMs, lsn));
    } finally {
      state.stateLock.readLock().unlock();
    }
  }

  int number(int index) {
    return numbers[index];
  }

  int chunkCount(int index) {
    return chunkCounts[numbers[index]];
  }
}

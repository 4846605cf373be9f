package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.storage.SeriesExemplars;
import java.util.List;

/** A view of the head as of one batch. Thread-safe; to be closed. */
public final class HeadReader implements AutoCloseable {
  private final Head head;
  private final long batch;
  private final long layoutVersion;
  private final ReaderStamps readers;
  private final long stamp;

  HeadReader(Head head, long batch, long layoutVersion, ReaderStamps readers) {
    this.head = head;
    this.batch = batch;
    this.layoutVersion = layoutVersion;
    this.readers = readers;
    this.stamp = readers.add(this);
  }

  long batch() {
    return batch;
  }

  long layoutVersion() {
    return layoutVersion;
  }

  /**
   * {@return the series that pass all matchers and may have samples in a range, in any order}
   *
   * @param matchers the conditions
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   */
  public List<SelectedSeries> select(List<LabelMatcher> matchers, long minTimeMs, long maxTimeMs) {
    return head.select(this, matchers, minTimeMs, maxTimeMs);
  }

  /**
   * {@return the exemplars of a range, in any order of series}
   *
   * @param matcherSets a series is taken if it passes all matchers of one set
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   */
  public List<SeriesExemplars> exemplars(
      List<List<LabelMatcher>> matcherSets, long minTimeMs, long maxTimeMs) {
    return head.exemplars(matcherSets, minTimeMs, maxTimeMs);
  }

  @Override
  public void close() {
    readers.remove(stamp);
  }
}

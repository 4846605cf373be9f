package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.SeriesExemplars;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A view of the head as of one batch. Thread-safe; to be closed. */
public final class HeadReader implements AutoCloseable {
  private final HeadState state;
  private final HeadReads reads;
  private final long batch;
  private final long layoutVersion;
  private final long stamp;

  /** Opens a view; under the state lock. */
  HeadReader(HeadState state, HeadReads reads) {
    this.state = state;
    this.reads = reads;
    this.batch = state.committedBatch;
    this.layoutVersion = state.layoutVersion;
    this.stamp = state.readers.add(this);
  }

  long batch() {
    return batch;
  }

  long layoutVersion() {
    return layoutVersion;
  }

  /**
   * {@return the series that pass all matchers and may have samples in a range}
   *
   * @param matchers the conditions
   * @param wanted what of them is wanted
   * @param found told how many pass all matchers, before more is looked at of any of them
   */
  public HeadSelection select(List<LabelMatcher> matchers, HeadRange wanted, IntConsumer found) {
    return reads.select(this, matchers, wanted, found);
  }

  /**
   * Hands out the names of labels of matching series that may have samples in a range, each once.
   *
   * @param matchers the conditions
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   * @param action gets the names
   */
  public void labelNames(
      List<LabelMatcher> matchers, long minTimeMs, long maxTimeMs, Consumer<String> action) {
    reads.labelNames(this, matchers, minTimeMs, maxTimeMs, action);
  }

  /**
   * Hands out the values of a label of matching series that may have samples in a range, each once.
   *
   * @param name the label's name
   * @param matchers the conditions
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   * @param action gets the values
   */
  public void labelValues(
      String name,
      List<LabelMatcher> matchers,
      long minTimeMs,
      long maxTimeMs,
      Consumer<String> action) {
    reads.labelValues(this, name, matchers, minTimeMs, maxTimeMs, action);
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
    return state.exemplars.select(matcherSets, minTimeMs, maxTimeMs);
  }

  /** {@return what is known of metric families, by name} */
  public Map<String, List<Metadata>> metadata() {
    return state.metadata.all();
  }

  @Override
  public void close() {
    state.readers.remove(stamp);
  }
}

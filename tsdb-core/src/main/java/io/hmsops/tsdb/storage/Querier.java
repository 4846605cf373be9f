package io.hmsops.tsdb.storage;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.sample.Metadata;
import java.util.List;
import java.util.Map;

/**
 * A view of the samples of a time range. What it hands out is valid until it is closed. Its methods
 * may be called from several threads. When it or the store is closed, all but {@link #warnings} and
 * {@link #close} throw an {@link IllegalStateException}.
 */
public interface Querier extends AutoCloseable {
  /**
   * {@return the series whose labels pass all matchers and that may have samples in the range, in
   * the order of their labels, each label set once}
   *
   * @param hints what the caller will do with them; never changes the answer, only its cost
   * @param matchers conditions that all must pass; an empty list selects everything
   * @throws TsdbException if the data cannot be read or the read was cancelled
   */
  SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) throws TsdbException;

  /**
   * {@return the names of the labels of matching series, in Utf8Order} No sample is decoded, so a
   * series of a chunk that only overlaps the range may be counted in.
   *
   * @param matchers conditions that all must pass; an empty list selects everything
   * @throws TsdbException if the data cannot be read
   */
  List<String> labelNames(List<LabelMatcher> matchers) throws TsdbException;

  /**
   * {@return the values of one label among matching series, in Utf8Order} No sample is decoded.
   *
   * @param name the label's name
   * @param matchers conditions that all must pass; an empty list selects everything
   * @throws TsdbException if the data cannot be read
   */
  List<String> labelValues(String name, List<LabelMatcher> matchers) throws TsdbException;

  /**
   * {@return the exemplars of the range, by series in the order of labels, each series' by time}
   *
   * @param matcherSets a series is taken if it passes all matchers of at least one set
   * @throws TsdbException if the data cannot be read
   */
  List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets) throws TsdbException;

  /**
   * {@return what is known of metric families, by name, of all times} What was said last of a
   * family stands last; there is at least one thing.
   *
   * @throws TsdbException if the data cannot be read
   */
  Map<String, List<Metadata>> metadata() throws TsdbException;

  /**
   * {@return what is missing in what was answered so far, a sentence each; for answers that cannot
   * say it themselves}
   */
  default List<String> warnings() {
    return List.of();
  }

  /** Gives the view back. Nothing handed out may be used afterwards. Never fails. */
  @Override
  void close();
}

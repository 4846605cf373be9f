package io.hmsops.tsdb.storage;

import io.hmsops.tsdb.labels.Labels;

/**
 * All series of a {@link SeriesSet} by number, in the order of the set, for stores that need no
 * object for each of them. Valid until the querier is closed; thread-safe, but a cursor belongs to
 * whoever asked for it.
 */
public interface SeriesList {
  /** {@return how many series there are; they are numbered from 0} */
  int size();

  /**
   * {@return the labels that name a series}
   *
   * @param index the series
   */
  Labels labels(int index);

  /**
   * {@return the value of one label, empty if the series has no such label} Equal values are often
   * the same String.
   *
   * @param index the series
   * @param name the label's name
   */
  String label(int index, String name);

  /**
   * Reads the values of one label of series that stand side by side, as {@link #label} does.
   *
   * @param name the label's name
   * @param from the first series
   * @param into gets a value for each series
   * @param count how many series
   */
  default void labels(String name, int from, String[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = label(from + i, name);
    }
  }

  /**
   * {@return whether two series have the same labels but for one, which both have}
   *
   * @param name the name of the one label
   * @param index one series
   * @param other the other series
   */
  default boolean differOnlyIn(String name, int index, int other) {
    return labels(index).differOnlyIn(name, labels(other));
  }

  /**
   * {@return a new cursor over the samples of a series, as {@link Series#samples} gives it}
   *
   * @param index the series
   * @throws TsdbException if the data cannot be read
   */
  SampleCursor samples(int index) throws TsdbException;

  /**
   * Says that the samples of some series are what the calling thread reads next. A store may bring
   * them near meanwhile: series lie all over the memory, and where each is waited for alone,
   * waiting is most of what reading costs.
   *
   * @param indexes the series; a dozen or two
   * @param count how many of them
   */
  default void approach(int[] indexes, int count) {}
}

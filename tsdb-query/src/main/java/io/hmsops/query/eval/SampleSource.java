package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;

/**
 * The series of a range vector or a selector, by number, in evaluation order. Any thread may read,
 * each with its own scratch.
 */
interface SampleSource {
  /** How many series there are, some of them perhaps without samples. */
  int count();

  /** Reads one series into {@link Scratch#samples}; nothing if it has no samples. */
  void read(int index, Scratch scratch);

  /**
   * Reads one series with whole chunks condensed to one sample each, where that is exact.
   *
   * @return whether that was possible; if not, {@link #read} it
   */
  default boolean readCondensed(int index, Condensation condensation, Scratch scratch) {
    return false;
  }

  Labels labels(int index);

  /** The value of one label, empty if there is none. */
  String label(int index, String name);

  /** Reads {@link #label} of series that stand side by side. */
  default void labels(String name, int from, String[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = label(from + i, name);
    }
  }

  /** Says that some series are what the calling thread reads next. */
  default void approach(int[] indexes, int count) {}

  /** Whether two series have the same labels but for one, which both have. */
  default boolean differOnlyIn(String name, int index, int other) {
    return labels(index).differOnlyIn(name, labels(other));
  }

  /** Whether the metric's name is to be removed at the end of the query. */
  boolean dropName(int index);

  /** Whether the series surely still differ when the labels that name a metric are removed. */
  boolean differsWithoutNames(int index);
}

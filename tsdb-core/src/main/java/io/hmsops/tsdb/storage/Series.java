package io.hmsops.tsdb.storage;

import io.hmsops.tsdb.labels.Labels;

/** One series of a {@link SeriesSet}. Its cursors are independent of one another. */
public interface Series {
  /** {@return the labels that name the series} */
  Labels labels();

  /**
   * {@return the value of one label, empty if the series has no such label} Cheaper than {@link
   * #labels} where the store keeps labels in another form; equal values are often the same String.
   *
   * @param name the label's name
   */
  default String label(String name) {
    return labels().get(name);
  }

  /**
   * {@return whether this series and another one have the same labels but for one, which both have}
   * Cheaper than comparing {@link #labels} where the store keeps labels in another form.
   *
   * @param name the name of the one label
   * @param other a series of the same set
   */
  default boolean differsOnlyIn(String name, Series other) {
    return labels().differOnlyIn(name, other.labels());
  }

  /**
   * {@return a new cursor over the samples of the querier's range, narrowed by the hints of the
   * select}
   *
   * @throws TsdbException if the data cannot be read
   */
  SampleCursor samples() throws TsdbException;
}

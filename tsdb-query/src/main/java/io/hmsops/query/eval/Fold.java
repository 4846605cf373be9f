package io.hmsops.query.eval;

/**
 * Aggregates the columns of one group, or a morsel's part of them. Columns come in series order;
 * parts are merged in series order, too.
 */
interface Fold {
  /**
   * Takes one column. Its floats are looked at now; a column that has histograms may be kept.
   *
   * @param index the number of the series
   */
  void add(int index, Column member);

  /** Makes this part the beginning of the whole: what there is to say is said there from now on. */
  default void settle(AggregationCall whole) {}

  /** Takes over a later part of the same group. */
  void merge(Fold later);

  /** Writes the result. */
  void finish(Column out);
}

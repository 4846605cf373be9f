package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;

/**
 * An instant vector whose columns are computed when they are asked for, by number, so that it never
 * has to exist as a whole. Any thread may ask, each through a {@link Computation} of its own. What
 * a column is called is known without computing it.
 */
interface ColumnStream {
  int steps();

  /** How many columns there are, some of them perhaps empty. */
  int count();

  Labels labels(int index);

  /** The value of one of {@link #labels}, empty if there is none. */
  String label(int index, String name);

  /** Reads {@link #label} of columns that stand side by side. */
  default void labels(String name, int from, String[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = label(from + i, name);
    }
  }

  /** Says that some columns are what the calling thread computes next. */
  default void approach(int[] indexes, int count) {}

  /** Whether two columns surely have the same {@link #labels} but for one, which both have. */
  default boolean differOnlyIn(String name, int index, int other) {
    return labels(index).differOnlyIn(name, labels(other));
  }

  boolean dropName(int index);

  /** Whether no other column can have the same labels. */
  boolean isUnique(int index);

  /** Whether columns with the same labels are an error, or are told apart later. */
  boolean mustDiffer();

  /** Begins to compute columns, on one thread. */
  Computation begin(EvalContext context, Scratch scratch);

  /** Gives back what the stream holds of the budget. */
  void close();

  /** Computes one column after the other. */
  @FunctionalInterface
  interface Computation {
    /**
     * Computes one column.
     *
     * @param out an empty column that gets the cells
     */
    void compute(int index, Column out);
  }
}

package io.hmsops.query.eval;

/**
 * A range function over a series of nothing but floats without start timestamps, all steps in one
 * pass. It gives the bits that its {@link WindowFunction} gives window by window. Belongs to one
 * worker.
 */
@FunctionalInterface
interface FloatKernel {
  /**
   * Computes the samples of all steps.
   *
   * @param series the samples and what the series is called; not moved to any step
   * @param table the windows; at least one of them has a sample
   * @param out an empty column that gets the results
   */
  void apply(Window series, WindowTable table, Column out);
}

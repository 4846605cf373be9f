package io.hmsops.query.eval;

/** Computes one sample from the samples of a window: the kernel of a range function. */
@FunctionalInterface
interface WindowFunction {
  /**
   * Computes the sample of one step.
   *
   * @param window the samples, at least one
   * @param out where the result is set at {@code window.step()}, or not
   */
  void apply(Window window, Column out);
}

package io.hmsops.query.eval;

import java.util.Optional;

/** What a function does. */
@FunctionalInterface
interface FunctionBody {
  /** Computes the value of a call at all steps. */
  Value apply(FunctionCall call);

  /**
   * The columns of a call one by one, if that saves having them all at once. What is below the call
   * is evaluated by this method.
   */
  default Optional<ColumnStream> stream(FunctionCall call) {
    return Optional.empty();
  }
}

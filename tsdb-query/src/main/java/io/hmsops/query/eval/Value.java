package io.hmsops.query.eval;

import java.util.Arrays;

/** The value of an expression at all steps. Range vectors never exist as a whole. */
sealed interface Value {
  /** One number per step. */
  // Values flow between operators of one evaluation; nobody compares them.
  @SuppressWarnings("ArrayRecordComponent")
  record Scalars(double[] values) implements Value {
    static Scalars constant(double value, int steps) {
      double[] values = new double[steps];
      Arrays.fill(values, value);
      return new Scalars(values);
    }

    double at(int step) {
      return values[step];
    }
  }

  /** One text for all steps. */
  record Text(String text) implements Value {}

  /** An instant vector. */
  record Vector(SeriesMatrix matrix) implements Value {}
}

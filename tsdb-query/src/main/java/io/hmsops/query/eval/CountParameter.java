package io.hmsops.query.eval;

import io.hmsops.query.function.GoFormat;
import io.hmsops.query.limit.QueryFailure;

/** The k of {@code topk}, {@code bottomk} and {@code limitk}. */
final class CountParameter {
  private CountParameter() {}

  /** Fails if a number cannot be a count at any step. */
  static void check(double[] parameters) {
    for (double parameter : parameters) {
      if (Double.isNaN(parameter)) {
        throw QueryFailure.execution("Parameter value is NaN");
      }
      if (parameter <= Long.MIN_VALUE) {
        throw QueryFailure.execution(
            "Scalar value %s underflows int64".formatted(GoFormat.general(parameter)));
      }
      if (parameter >= Long.MAX_VALUE) {
        throw QueryFailure.execution(
            "Scalar value %s overflows int64".formatted(GoFormat.general(parameter)));
      }
    }
  }

  /** Cut to an integer, at most as many as there are series. */
  static int of(double parameter, int seriesCount) {
    return (int) Math.min((long) parameter, seriesCount);
  }
}

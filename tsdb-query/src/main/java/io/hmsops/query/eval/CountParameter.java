package io.hmsops.query.eval;

import io.hmsops.query.function.GoFormat;
import io.hmsops.query.limit.QueryFailure;

/** The k of {@code topk}, {@code bottomk} and {@code limitk}. */
final class CountParameter {
  private CountParameter() {}

  /** The largest double below 2⁶³, which Prometheus no longer takes. */
  private static final double TOO_LARGE = 0x1.fffffffffffffp62;

  /**
   * Fails if a number cannot be a count at some step. Where none of them asks for anything, none of
   * them is looked at.
   */
  static void check(double[] parameters) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double parameter : parameters) {
      // NaN wins in both.
      min = Math.min(min, parameter);
      max = Math.max(max, parameter);
    }
    if (max < 1) {
      return;
    }
    if (Double.isNaN(max)) {
      throw QueryFailure.execution("Parameter value is NaN");
    }
    if (min <= Long.MIN_VALUE) {
      throw QueryFailure.execution(
          "Scalar value %s underflows int64".formatted(GoFormat.general(min)));
    }
    if (max >= TOO_LARGE) {
      throw QueryFailure.execution(
          "Scalar value %s overflows int64".formatted(GoFormat.general(max)));
    }
  }

  /** Cut to an integer, at most as many as there are series. */
  static int of(double parameter, int seriesCount) {
    return (int) Math.min((long) parameter, seriesCount);
  }
}

package io.hmsops.query.plan;

import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Span;

/**
 * Computes a duration expression: {@code 2 * step()} becomes milliseconds. Computed in seconds, cut
 * toward zero. Errors carry byte offsets, {@code 4:9: division by zero}.
 */
final class FoldDuration {
  /** The largest duration in seconds, that of a signed 64-bit count of nanoseconds. */
  private static final double MAX_SECONDS = Long.MAX_VALUE / 1e9;

  private final AskedTimes times;

  FoldDuration(AskedTimes times) {
    this.times = times;
  }

  /** A length: must be larger than zero. */
  long lengthMs(DurationExpr duration) {
    return foldMs(duration, false);
  }

  /** An offset: may have any sign. */
  long offsetMs(DurationExpr duration) {
    return foldMs(duration, true);
  }

  private long foldMs(DurationExpr duration, boolean anySign) {
    if (duration instanceof DurationExpr.Literal(var seconds, _, _)) {
      // A literal is rounded, not cut: 0.3 s is 300 ms whatever its bits say.
      return (long) (Math.rint(seconds * 1e9) / 1e6);
    }
    double seconds = fold(duration);
    if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
      throw failure(duration.span(), "duration is NaN or infinite");
    }
    if (seconds <= 0 && !anySign) {
      throw failure(duration.span(), "duration must be greater than 0");
    }
    if (seconds > MAX_SECONDS || seconds < -MAX_SECONDS) {
      throw failure(duration.span(), "duration is out of range");
    }
    return (long) (seconds * 1000);
  }

  private double fold(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal literal -> literal.seconds();
      case DurationExpr.Step _ -> times.stepSeconds();
      case DurationExpr.Range _ -> times.rangeSeconds();
      case DurationExpr.Sign(var negative, var operand, _) ->
          negative ? -fold(operand) : fold(operand);
      case DurationExpr.Paren(var inner, _) -> fold(inner);
      case DurationExpr.Binary binary -> foldBinary(binary);
    };
  }

  private double foldBinary(DurationExpr.Binary binary) {
    double left = fold(binary.left());
    double right = fold(binary.right());
    return switch (binary.operator()) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> {
        if (right == 0) {
          throw failure(binary.span(), "division by zero");
        }
        yield left / right;
      }
      case MODULO -> {
        if (right == 0) {
          throw failure(binary.span(), "modulo by zero");
        }
        yield left % right;
      }
      case POWER -> Math.pow(left, right);
      case MIN_OF -> Math.min(left, right);
      case MAX_OF -> Math.max(left, right);
    };
  }

  private static PlanException failure(Span span, String reason) {
    return new PlanException("%d:%d: %s".formatted(span.start(), span.end(), reason));
  }
}

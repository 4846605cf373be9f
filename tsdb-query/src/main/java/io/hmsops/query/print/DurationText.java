package io.hmsops.query.print;

import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.function.GoFormat;
import io.hmsops.query.parse.Durations;

/** Duration expressions as text. */
final class DurationText {
  private DurationText() {}

  /** Returns a duration that stands alone: a literal then has units. */
  static String alone(DurationExpr duration) {
    return duration instanceof DurationExpr.Literal literal
        ? Durations.format(Math.round(literal.seconds() * 1e9) / 1_000_000)
        : inside(duration);
  }

  /** Returns seconds as a duration, cut and not rounded: {@code 1s1ms} is shown as {@code 1s}. */
  static String units(double seconds) {
    return Durations.format((long) (seconds * 1e9) / 1_000_000);
  }

  private static String inside(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal(var seconds, var isDuration, _) ->
          isDuration ? units(seconds) : GoFormat.plain(seconds);
      case DurationExpr.Step _ -> "step()";
      case DurationExpr.Range _ -> "range()";
      case DurationExpr.Sign(var negative, var operand, _) ->
          (negative ? "-" : "") + inside(operand);
      case DurationExpr.Paren(var inner, _) -> "(" + inside(inner) + ")";
      case DurationExpr.Binary(var operator, var left, var right, _) ->
          switch (operator) {
            case MIN_OF -> "min_of(%s, %s)".formatted(inside(left), inside(right));
            case MAX_OF -> "max_of(%s, %s)".formatted(inside(left), inside(right));
            case ADD -> inside(left) + " + " + inside(right);
            case SUBTRACT -> inside(left) + " - " + inside(right);
            case MULTIPLY -> inside(left) + " * " + inside(right);
            case DIVIDE -> inside(left) + " / " + inside(right);
            case MODULO -> inside(left) + " % " + inside(right);
            case POWER -> inside(left) + " ^ " + inside(right);
          };
    };
  }
}

package io.hmsops.query.ast;

/**
 * A duration as written in {@code […]}, {@code [:]} and {@code offset}: a literal, or a computation
 * that needs the query's range and step.
 */
public sealed interface DurationExpr {
  /** {@return where it stands in the query} */
  Span span();

  /**
   * A literal.
   *
   * @param seconds its length
   * @param isDuration whether it was written as a duration rather than a number
   * @param span where it stands
   */
  record Literal(double seconds, boolean isDuration, Span span) implements DurationExpr {}

  /**
   * {@code step()}: the query's step, 0 for an instant query.
   *
   * @param span where it stands
   */
  record Step(Span span) implements DurationExpr {}

  /**
   * {@code range()}: the query's end minus its start, 0 for an instant query.
   *
   * @param span where it stands
   */
  record Range(Span span) implements DurationExpr {}

  /**
   * A sign.
   *
   * @param negative whether it is a minus
   * @param operand what it applies to
   * @param span where it stands
   */
  record Sign(boolean negative, DurationExpr operand, Span span) implements DurationExpr {}

  /**
   * Parentheses.
   *
   * @param inner what stands between them
   * @param span where it stands
   */
  record Paren(DurationExpr inner, Span span) implements DurationExpr {}

  /**
   * Arithmetic, {@code min_of} or {@code max_of}.
   *
   * @param operator the operator
   * @param left the left side
   * @param right the right side
   * @param span where it stands
   */
  record Binary(Operator operator, DurationExpr left, DurationExpr right, Span span)
      implements DurationExpr {}

  /** What two durations can be combined by. */
  enum Operator {
    /** Sum. */
    ADD,
    /** Difference. */
    SUBTRACT,
    /** Product. */
    MULTIPLY,
    /** Quotient. */
    DIVIDE,
    /** Remainder. */
    MODULO,
    /** Power. */
    POWER,
    /** {@code min_of(a, b)}. */
    MIN_OF,
    /** {@code max_of(a, b)}. */
    MAX_OF
  }
}

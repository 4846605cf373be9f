package io.hmsops.query.ast;

/** The binary operators. */
public enum BinaryOperator {
  /** Sum. */
  ADD("+", Kind.ARITHMETIC),
  /** Difference. */
  SUBTRACT("-", Kind.ARITHMETIC),
  /** Product. */
  MULTIPLY("*", Kind.ARITHMETIC),
  /** Quotient. */
  DIVIDE("/", Kind.ARITHMETIC),
  /** Remainder, with the sign of the dividend. */
  MODULO("%", Kind.ARITHMETIC),
  /** Power. */
  POWER("^", Kind.ARITHMETIC),
  /** The angle of two coordinates. */
  ATAN2("atan2", Kind.ARITHMETIC),
  /** Keeps a histogram's observations up to a bound. */
  TRIM_UPPER("</", Kind.ARITHMETIC),
  /** Keeps a histogram's observations from a bound on. */
  TRIM_LOWER(">/", Kind.ARITHMETIC),
  /** Equal. */
  EQUAL("==", Kind.COMPARISON),
  /** Not equal. */
  NOT_EQUAL("!=", Kind.COMPARISON),
  /** Less. */
  LESS("<", Kind.COMPARISON),
  /** Less or equal. */
  LESS_OR_EQUAL("<=", Kind.COMPARISON),
  /** Greater. */
  GREATER(">", Kind.COMPARISON),
  /** Greater or equal. */
  GREATER_OR_EQUAL(">=", Kind.COMPARISON),
  /** Series on both sides. */
  AND("and", Kind.SET),
  /** Series on either side. */
  OR("or", Kind.SET),
  /** Series on the left side only. */
  UNLESS("unless", Kind.SET);

  /** What kinds of operators there are. */
  public enum Kind {
    /** Computes a value. */
    ARITHMETIC,
    /** Filters, or answers 0 or 1 with {@code bool}. */
    COMPARISON,
    /** Works on series, not values. */
    SET
  }

  private final String symbol;
  private final Kind kind;

  BinaryOperator(String symbol, Kind kind) {
    this.symbol = symbol;
    this.kind = kind;
  }

  /** {@return the operator as written} */
  public String symbol() {
    return symbol;
  }

  /** {@return whether the result is another metric, so that the name goes} */
  public boolean changesMetric() {
    return kind == Kind.ARITHMETIC && this != TRIM_UPPER && this != TRIM_LOWER;
  }

  /** {@return its kind} */
  public Kind kind() {
    return kind;
  }
}

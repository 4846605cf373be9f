package io.hmsops.query.ast;

import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.List;
import java.util.Optional;

/** An expression. */
public sealed interface Expr {
  /** {@return where it stands in the query} */
  Span span();

  /** {@return the type of its value} */
  ValueType type();

  /**
   * A number, or a duration used as a number of seconds.
   *
   * @param value the number
   * @param isDuration whether it was written as a duration ({@code 1m})
   * @param span where it stands
   */
  record NumberLiteral(double value, boolean isDuration, Span span) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }
  }

  /**
   * A text.
   *
   * @param value the text, escapes resolved
   * @param span where it stands, quotes included
   */
  record StringLiteral(String value, Span span) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /**
   * An instant selector.
   *
   * @param name the metric's name written before the braces, empty if none
   * @param matchers all conditions, one on {@code __name__} included if {@code name} is given
   * @param time offset and {@code @}
   * @param edges {@code anchored} or {@code smoothed}, if written
   * @param span where it stands
   */
  record VectorSelector(
      String name, List<LabelMatcher> matchers, TimeModifiers time, Edges edges, Span span)
      implements Expr {
    /** Copies the list. */
    public VectorSelector {
      matchers = List.copyOf(matchers);
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }
  }

  /**
   * A range selector. Its offset, {@code @} and edges are those of its instant selector.
   *
   * @param selector what is selected
   * @param range the length of the range
   * @param span where it stands
   */
  record MatrixSelector(VectorSelector selector, DurationExpr range, Span span) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }
  }

  /**
   * An expression evaluated over a range.
   *
   * @param expr the expression, an instant vector or scalar
   * @param range the length of the range
   * @param step the resolution; empty means the engine's default
   * @param time offset and {@code @}
   * @param span where it stands
   */
  record Subquery(
      Expr expr, DurationExpr range, Optional<DurationExpr> step, TimeModifiers time, Span span)
      implements Expr {
    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }
  }

  /**
   * An aggregation.
   *
   * @param operator what to compute
   * @param expr the aggregated instant vector
   * @param parameter the parameter of {@code topk}, {@code quantile}, {@code count_values} …
   * @param grouping the labels listed
   * @param without whether they are listed by {@code without} rather than {@code by}
   * @param span where it stands
   */
  record Aggregation(
      AggregationOperator operator,
      Expr expr,
      Optional<Expr> parameter,
      List<String> grouping,
      boolean without,
      Span span)
      implements Expr {
    /** Copies the list. */
    public Aggregation {
      grouping = List.copyOf(grouping);
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }
  }

  /**
   * A function call. The checker has made sure that the arguments fit the signature.
   *
   * @param signature the function
   * @param arguments the arguments
   * @param argumentsSpan from the first argument to the last
   * @param span where it stands
   */
  record Call(FunctionSignature signature, List<Expr> arguments, Span argumentsSpan, Span span)
      implements Expr {
    /** Copies the list. */
    public Call {
      arguments = List.copyOf(arguments);
    }

    /** {@return the function's name} */
    public String function() {
      return signature.name();
    }

    @Override
    public ValueType type() {
      return signature.resultType();
    }
  }

  /**
   * A binary operation.
   *
   * @param operator the operator
   * @param left the left side
   * @param right the right side
   * @param matching how the sides' series meet; empty unless both sides are vectors
   * @param returnBool whether a comparison answers 0 or 1 rather than filtering
   * @param span where it stands
   */
  record Binary(
      BinaryOperator operator,
      Expr left,
      Expr right,
      Optional<VectorMatching> matching,
      boolean returnBool,
      Span span)
      implements Expr {
    @Override
    public ValueType type() {
      return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
          ? ValueType.SCALAR
          : ValueType.INSTANT_VECTOR;
    }
  }

  /**
   * A sign before an expression.
   *
   * @param negative whether it is a minus
   * @param expr the expression
   * @param span where it stands
   */
  record Unary(boolean negative, Expr expr, Span span) implements Expr {
    @Override
    public ValueType type() {
      return expr.type();
    }
  }

  /**
   * An expression in parentheses.
   *
   * @param expr the expression
   * @param span where it stands, parentheses included
   */
  record Paren(Expr expr, Span span) implements Expr {
    @Override
    public ValueType type() {
      return expr.type();
    }
  }
}

package io.hmsops.query.plan;

import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.Span;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.ast.VectorMatching;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A query ready to be evaluated: all times in milliseconds, no parentheses. Immutable. */
public sealed interface Plan {
  /** {@return where it stands in the query} */
  Span span();

  /** {@return the type of its value} */
  ValueType type();

  /**
   * A number.
   *
   * @param value the number
   * @param span where it stands
   */
  record Constant(double value, Span span) implements Plan {
    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }
  }

  /**
   * A text.
   *
   * @param value the text
   * @param span where it stands
   */
  record Text(String value, Span span) implements Plan {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /**
   * An instant selector.
   *
   * @param matchers conditions that all must pass
   * @param shift offset and {@code @}
   * @param edges how the edges of the look-back are treated
   * @param countsOnly whether only count and sum of histograms matter; counter resets are then
   *     worked out while reading, as Prometheus does
   * @param span where it stands
   */
  record Select(
      List<LabelMatcher> matchers, Shift shift, Edges edges, boolean countsOnly, Span span)
      implements Plan {
    /** Copies the list. */
    public Select {
      matchers = List.copyOf(matchers);
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }
  }

  /**
   * A range selector.
   *
   * @param selector what is selected, with shift and edges
   * @param rangeMs the length of the range
   * @param span where it stands
   */
  record SelectRange(Select selector, long rangeMs, Span span) implements Plan {
    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }
  }

  /**
   * An expression evaluated over a range.
   *
   * @param operand the expression
   * @param rangeMs the length of the range
   * @param stepMs the resolution
   * @param shift offset and {@code @}
   * @param span where it stands
   */
  record Subquery(Plan operand, long rangeMs, long stepMs, Shift shift, Span span) implements Plan {
    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }
  }

  /**
   * An aggregation.
   *
   * @param operator what to compute
   * @param operand the aggregated vector
   * @param parameter the parameter, if the operator has one
   * @param grouping the labels listed
   * @param without whether they are listed by {@code without}
   * @param span where it stands
   */
  record Aggregate(
      AggregationOperator operator,
      Plan operand,
      Optional<Plan> parameter,
      List<String> grouping,
      boolean without,
      Span span)
      implements Plan {
    /** Copies the list. */
    public Aggregate {
      grouping = List.copyOf(grouping);
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }
  }

  /**
   * A function call.
   *
   * @param signature the function
   * @param arguments the arguments
   * @param argumentsSpan from the first argument to the last
   * @param span where it stands
   */
  record Invoke(FunctionSignature signature, List<Plan> arguments, Span argumentsSpan, Span span)
      implements Plan {
    /** Copies the list. */
    public Invoke {
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
   * @param returnBool whether a comparison answers 0 or 1
   * @param span where it stands
   */
  record Operate(
      BinaryOperator operator,
      Plan left,
      Plan right,
      Optional<VectorMatching> matching,
      boolean returnBool,
      Span span)
      implements Plan {
    @Override
    public ValueType type() {
      return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
          ? ValueType.SCALAR
          : ValueType.INSTANT_VECTOR;
    }
  }

  /**
   * A minus before an expression.
   *
   * @param operand the expression
   * @param span where it stands
   */
  record Negate(Plan operand, Span span) implements Plan {
    @Override
    public ValueType type() {
      return operand.type();
    }
  }

  /**
   * A plus before an expression, which changes nothing but what is found there.
   *
   * @param operand the expression
   * @param span where it stands
   */
  record Plus(Plan operand, Span span) implements Plan {
    @Override
    public ValueType type() {
      return operand.type();
    }
  }

  /**
   * An expression with the same value at every step: evaluated at the first, repeated at the rest.
   *
   * @param operand the expression
   */
  record Once(Plan operand) implements Plan {
    @Override
    public Span span() {
      return operand.span();
    }

    @Override
    public ValueType type() {
      return operand.type();
    }
  }

  /** {@return what it is made of, in the order in which that is evaluated} */
  default List<Plan> children() {
    return switch (this) {
      case Constant _, Text _, Select _, SelectRange _ -> List.of();
      case Subquery subquery -> List.of(subquery.operand());
      case Negate negate -> List.of(negate.operand());
      case Plus plus -> List.of(plus.operand());
      case Once once -> List.of(once.operand());
      case Operate operate -> List.of(operate.left(), operate.right());
      case Aggregate aggregate ->
          aggregate
              .parameter()
              .map(parameter -> List.of(parameter, aggregate.operand()))
              .orElse(List.of(aggregate.operand()));
      case Invoke invoke -> invoke.arguments();
    };
  }

  /**
   * {@return the same made of other parts}
   *
   * @param map makes each part
   */
  default Plan mapChildren(UnaryOperator<Plan> map) {
    return switch (this) {
      case Constant _, Text _, Select _, SelectRange _ -> this;
      case Once(var operand) -> new Once(map.apply(operand));
      case Subquery(var operand, var rangeMs, var stepMs, var shift, var span) ->
          new Subquery(map.apply(operand), rangeMs, stepMs, shift, span);
      case Negate(var operand, var span) -> new Negate(map.apply(operand), span);
      case Plus(var operand, var span) -> new Plus(map.apply(operand), span);
      case Operate(var op, var left, var right, var matching, var bool, var span) ->
          new Operate(op, map.apply(left), map.apply(right), matching, bool, span);
      case Aggregate(var op, var operand, var parameter, var labels, var without, var span) ->
          new Aggregate(op, map.apply(operand), parameter.map(map), labels, without, span);
      case Invoke(var function, var arguments, var argumentsSpan, var span) ->
          new Invoke(
              function, List.copyOf(arguments.stream().map(map).toList()), argumentsSpan, span);
    };
  }

  /** {@return this, or what is inside if this is a {@link Once}} */
  default Plan withoutOnce() {
    return this instanceof Once(var operand) ? operand : this;
  }
}

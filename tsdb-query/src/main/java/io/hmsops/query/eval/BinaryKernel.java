package io.hmsops.query.eval;

import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.function.FloatMath;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.HistogramSum;
import io.hmsops.tsdb.sample.HistogramTrim;
import org.jspecify.annotations.Nullable;

/**
 * Computes one sample from two. Holds the result until the next call, and what there is to say
 * until {@link #say}: of all that is met at a step Prometheus says the last.
 */
final class BinaryKernel {
  /** What came of two samples. */
  enum Outcome {
    /** There is a result. */
    KEPT,
    /** A comparison was false. */
    FILTERED,
    /** The samples do not go together; an annotation says so. */
    INCOMPATIBLE
  }

  private final Annotations annotations;
  private final Plan.Operate operate;
  private double value;
  private @Nullable Histogram histogram;
  private @Nullable String warning;
  private @Nullable String info;

  BinaryKernel(Annotations annotations, Plan.Operate operate) {
    this.annotations = annotations;
    this.operate = operate;
  }

  double value() {
    return value;
  }

  /** Says what was last to be said, if there is anything; called after each step. */
  void say() {
    if (warning != null) {
      annotations.warn(warning, operate.span());
    }
    if (info != null) {
      annotations.inform(info, operate.span());
    }
    warning = null;
    info = null;
  }

  private void warn(String text) {
    warning = text;
    info = null;
  }

  private void inform(String text) {
    info = text;
    warning = null;
  }

  @Nullable Histogram histogram() {
    return histogram;
  }

  /** Sets the result at a step. */
  void store(Column out, int step) {
    if (histogram != null) {
      out.set(step, histogram);
    } else {
      out.set(step, value);
    }
  }

  /** With {@code bool} a comparison always has a result, 1 or 0. */
  Outcome apply(double left, @Nullable Histogram leftH, double right, @Nullable Histogram rightH) {
    Outcome outcome = combine(left, leftH, right, rightH);
    if (operate.returnBool() && outcome != Outcome.INCOMPATIBLE) {
      value = outcome == Outcome.KEPT ? 1 : 0;
      histogram = null;
      return Outcome.KEPT;
    }
    return outcome;
  }

  private Outcome combine(
      double left, @Nullable Histogram leftH, double right, @Nullable Histogram rightH) {
    histogram = null;
    if (leftH == null && rightH == null) {
      return floats(left, right);
    }
    if (leftH == null) {
      if (operate.operator() == BinaryOperator.MULTIPLY && rightH != null) {
        return keep(new HistogramSum(rightH).multiply(left).result());
      }
      return incompatible("float", "histogram");
    }
    return rightH == null ? histogramAndFloat(leftH, right) : histograms(leftH, rightH);
  }

  private Outcome floats(double left, double right) {
    BinaryOperator operator = operate.operator();
    if (operator == BinaryOperator.TRIM_LOWER || operator == BinaryOperator.TRIM_UPPER) {
      return incompatible("float", "float");
    }
    if (operator.kind() == BinaryOperator.Kind.COMPARISON) {
      value = left;
      return compare(operator, left, right) ? Outcome.KEPT : Outcome.FILTERED;
    }
    value = compute(operator, left, right);
    return Outcome.KEPT;
  }

  static double compute(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case POWER -> FloatMath.pow(left, right);
      case ATAN2 -> Math.atan2(left, right);
      case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
          compare(operator, left, right) ? 1 : 0;
      case TRIM_UPPER, TRIM_LOWER ->
          throw QueryFailure.execution(
              "operator \"%s\" not allowed for Scalar operations".formatted(operator.symbol()));
      case AND, OR, UNLESS ->
          throw new AssertionError("not an operator of two floats: " + operator);
    };
  }

  static boolean compare(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS -> left < right;
      case LESS_OR_EQUAL -> left <= right;
      case GREATER -> left > right;
      case GREATER_OR_EQUAL -> left >= right;
      case ADD,
          SUBTRACT,
          MULTIPLY,
          DIVIDE,
          MODULO,
          POWER,
          ATAN2,
          TRIM_UPPER,
          TRIM_LOWER,
          AND,
          OR,
          UNLESS ->
          throw new AssertionError("not a comparison: " + operator);
    };
  }

  private Outcome histogramAndFloat(Histogram left, double right) {
    return switch (operate.operator()) {
      case MULTIPLY -> keep(new HistogramSum(left).multiply(right).result());
      case DIVIDE -> keep(new HistogramSum(left).divide(right).result());
      case TRIM_UPPER -> keep(HistogramTrim.trim(left, right, true));
      case TRIM_LOWER -> keep(HistogramTrim.trim(left, right, false));
      case ADD,
          SUBTRACT,
          MODULO,
          POWER,
          ATAN2,
          EQUAL,
          NOT_EQUAL,
          LESS,
          LESS_OR_EQUAL,
          GREATER,
          GREATER_OR_EQUAL,
          AND,
          OR,
          UNLESS ->
          incompatible("histogram", "float");
    };
  }

  private Outcome histograms(Histogram left, Histogram right) {
    return switch (operate.operator()) {
      case ADD -> sum(left, right, true);
      case SUBTRACT -> sum(left, right, false);
      case EQUAL -> filter(left, HistogramMath.same(left, right));
      case NOT_EQUAL -> filter(left, !HistogramMath.same(left, right));
      case MULTIPLY,
          DIVIDE,
          MODULO,
          POWER,
          ATAN2,
          TRIM_UPPER,
          TRIM_LOWER,
          LESS,
          LESS_OR_EQUAL,
          GREATER,
          GREATER_OR_EQUAL,
          AND,
          OR,
          UNLESS ->
          incompatible("histogram", "histogram");
    };
  }

  private Outcome filter(Histogram left, boolean kept) {
    histogram = left;
    return kept ? Outcome.KEPT : Outcome.FILTERED;
  }

  private Outcome sum(Histogram left, Histogram right, boolean add) {
    HistogramSum sum = HistogramSum.plain(left);
    if (!sum.accepts(right)) {
      warn(Texts.INCOMPATIBLE_BUCKETS + operate.operator().symbol());
      return Outcome.INCOMPATIBLE;
    }
    Histogram result = (add ? sum.add(right) : sum.subtract(right)).result();
    String operation = add ? "addition" : "subtraction";
    if (sum.resetsCollided()) {
      warn(Texts.resetCollision(operation));
      return Outcome.INCOMPATIBLE;
    }
    if (sum.boundsReconciled()) {
      inform(Texts.reconciledBuckets(operation));
    }
    return keep(add ? result : result.withResetHint(CounterResetHint.GAUGE));
  }

  private Outcome keep(Histogram result) {
    histogram = result;
    return Outcome.KEPT;
  }

  private Outcome incompatible(String left, String right) {
    String symbol = operate.operator().symbol();
    inform(
        "incompatible sample types encountered for binary operator \"%s\": %s %s %s"
            .formatted(symbol, left, symbol, right));
    return Outcome.INCOMPATIBLE;
  }
}

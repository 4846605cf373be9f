package io.hmsops.server.rules;

import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.Expr;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Finds what is valid PromQL and yet probably not what its author means. */
final class ExprLint {
  /** Thresholds below this many milliseconds are taken for seconds. */
  private static final double LARGEST_SUSPECT_THRESHOLD_MS = 100;

  private static final List<String> UNITS = List.of("_ms", "_milliseconds");

  private ExprLint() {}

  /** {@return the remarks on an expression} */
  static List<String> check(Expr expr) {
    List<String> remarks = new ArrayList<>();
    visit(
        expr,
        node -> {
          if (node instanceof Expr.Binary binary
              && binary.operator().kind() == BinaryOperator.Kind.COMPARISON) {
            milliseconds(binary, remarks);
          }
        });
    return List.copyOf(remarks);
  }

  private static void milliseconds(Expr.Binary binary, List<String> remarks) {
    OptionalDouble left = constant(binary.left());
    OptionalDouble right = constant(binary.right());
    if (left.isPresent() == right.isPresent()) {
      return;
    }
    double threshold = left.isPresent() ? left.getAsDouble() : right.getAsDouble();
    Expr measured = left.isPresent() ? binary.right() : binary.left();
    if (threshold > 0 && threshold < LARGEST_SUSPECT_THRESHOLD_MS && isInMilliseconds(measured)) {
      String seconds = plain(threshold);
      remarks.add(
          "_ms metric compared with %s; %s s is %s"
              .formatted(seconds, seconds, plain(threshold * 1000)));
    }
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private static OptionalDouble constant(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral literal -> OptionalDouble.of(literal.value());
      case Expr.Paren paren -> constant(paren.expr());
      case Expr.Unary unary -> {
        OptionalDouble inner = constant(unary.expr());
        yield inner.isPresent() && unary.negative()
            ? OptionalDouble.of(-inner.getAsDouble())
            : inner;
      }
      case Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _,
          Expr.Subquery _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Binary _ ->
          OptionalDouble.empty();
    };
  }

  /**
   * Whether the value still has the metric's unit: reached through quantiles, aggregations and
   * functions that keep it, not through counts, rates of counts or arithmetic.
   */
  private static boolean isInMilliseconds(Expr expr) {
    return switch (expr) {
      case Expr.VectorSelector selector -> hasMillisecondName(selector, "");
      case Expr.MatrixSelector matrix -> hasMillisecondName(matrix.selector(), "");
      case Expr.Paren paren -> isInMilliseconds(paren.expr());
      case Expr.Subquery subquery -> isInMilliseconds(subquery.expr());
      case Expr.Aggregation aggregation ->
          switch (aggregation.operator()) {
            case SUM, AVG, MIN, MAX, TOPK, BOTTOMK, QUANTILE, LIMITK, LIMIT_RATIO ->
                isInMilliseconds(aggregation.expr());
            case COUNT, GROUP, STDDEV, STDVAR, COUNT_VALUES -> false;
          };
      case Expr.Call call -> isCallInMilliseconds(call);
      case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.Unary _, Expr.Binary _ -> false;
    };
  }

  private static boolean isCallInMilliseconds(Expr.Call call) {
    return switch (call.function()) {
      case "histogram_quantile" ->
          call.arguments().size() > 1 && anyMilliseconds(call.arguments().get(1));
      case "avg_over_time",
          "max_over_time",
          "min_over_time",
          "last_over_time",
          "histogram_avg",
          "abs",
          "ceil",
          "floor",
          "round" ->
          !call.arguments().isEmpty() && isInMilliseconds(call.arguments().get(0));
      case "quantile_over_time" ->
          call.arguments().size() > 1 && isInMilliseconds(call.arguments().get(1));
      default -> false;
    };
  }

  /** Below a quantile rates and sums of buckets keep the unit of {@code le}. */
  private static boolean anyMilliseconds(Expr expr) {
    boolean[] found = {false};
    visit(
        expr,
        node -> {
          if (node instanceof Expr.VectorSelector selector
              && hasMillisecondName(selector, "_bucket")) {
            found[0] = true;
          }
        });
    return found[0];
  }

  private static boolean hasMillisecondName(Expr.VectorSelector selector, String suffix) {
    String name = selector.name();
    for (LabelMatcher matcher : selector.matchers()) {
      if (matcher.name().equals(Label.METRIC_NAME) && matcher.type() == LabelMatcher.Type.EQUAL) {
        name = matcher.value();
      }
    }
    String metric = name;
    return UNITS.stream().anyMatch(unit -> metric.endsWith(unit) || metric.endsWith(unit + suffix));
  }

  private static void visit(Expr expr, Consumer<Expr> visitor) {
    visitor.accept(expr);
    switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _ -> {}
      case Expr.MatrixSelector matrix -> visit(matrix.selector(), visitor);
      case Expr.Subquery subquery -> visit(subquery.expr(), visitor);
      case Expr.Aggregation aggregation -> {
        aggregation.parameter().ifPresent(parameter -> visit(parameter, visitor));
        visit(aggregation.expr(), visitor);
      }
      case Expr.Call call -> call.arguments().forEach(argument -> visit(argument, visitor));
      case Expr.Binary binary -> {
        visit(binary.left(), visitor);
        visit(binary.right(), visitor);
      }
      case Expr.Unary unary -> visit(unary.expr(), visitor);
      case Expr.Paren paren -> visit(paren.expr(), visitor);
    }
  }
}

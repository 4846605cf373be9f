package io.hmsops.query.check;

import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.parse.ParseException;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.Set;

/** Walks a tree and stops at the first thing that is wrong, in the order Prometheus looks. */
final class Checker {
  private final String text;
  private final BinaryChecks binaries;
  private final CallChecks calls;

  Checker(String text, Set<Feature> features) {
    this.text = text;
    this.binaries = new BinaryChecks(text);
    this.calls = new CallChecks(text);
  }

  void check(Expr expr) throws ParseException {
    switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> {
        // Always right.
      }
      case Expr.Paren paren -> check(paren.expr());
      case Expr.VectorSelector selector -> selector(selector);
      case Expr.MatrixSelector matrix -> selector(matrix.selector());
      case Expr.Subquery subquery -> subquery(subquery);
      case Expr.Unary unary -> unary(unary);
      case Expr.Aggregation aggregation -> aggregation(aggregation);
      case Expr.Call call -> call(call);
      case Expr.Binary binary -> {
        check(binary.left());
        check(binary.right());
        binaries.check(binary);
      }
    }
  }

  private void expect(Expr expr, ValueType wanted, String where) throws ParseException {
    check(expr);
    if (expr.type() != wanted) {
      throw error(
          expr,
          "expected type %s in %s, got %s".formatted(wanted.text(), where, expr.type().text()));
    }
  }

  private ParseException error(Expr expr, String reason) {
    return ParseException.at(text, expr.span().start(), reason);
  }

  private void selector(Expr.VectorSelector selector) throws ParseException {
    if (!selector.name().isEmpty()) {
      // The last matcher is the one made from the name.
      for (LabelMatcher matcher : selector.matchers().subList(0, selector.matchers().size() - 1)) {
        if (matcher.name().equals(Label.METRIC_NAME)) {
          throw error(
              selector,
              "metric name must not be set twice: \"%s\" or \"%s\""
                  .formatted(selector.name(), matcher.value()));
        }
      }
    } else if (selector.matchers().stream().allMatch(matcher -> matcher.matches(""))) {
      throw error(selector, "vector selector must contain at least one non-empty matcher");
    }
  }

  private void subquery(Expr.Subquery subquery) throws ParseException {
    check(subquery.expr());
    ValueType type = subquery.expr().type();
    if (type != ValueType.INSTANT_VECTOR) {
      String found = type == ValueType.RANGE_VECTOR ? "matrix" : type.text();
      throw error(
          subquery, "subquery is only allowed on instant vector, got %s instead".formatted(found));
    }
  }

  private void unary(Expr.Unary unary) throws ParseException {
    check(unary.expr());
    ValueType type = unary.expr().type();
    if (type != ValueType.SCALAR && type != ValueType.INSTANT_VECTOR) {
      throw error(
          unary,
          "unary expression only allowed on expressions of type scalar or instant vector, got \"%s\""
              .formatted(type.text()));
    }
  }

  private void aggregation(Expr.Aggregation aggregation) throws ParseException {
    expect(aggregation.expr(), ValueType.INSTANT_VECTOR, "aggregation expression");
    if (aggregation.parameter().isPresent()) {
      ValueType wanted =
          aggregation.operator() == AggregationOperator.COUNT_VALUES
              ? ValueType.STRING
              : ValueType.SCALAR;
      expect(aggregation.parameter().get(), wanted, "aggregation parameter");
    }
  }

  private void call(Expr.Call call) throws ParseException {
    calls.check(call);
    String where = "call to function \"%s\"".formatted(call.function());
    for (int i = 0; i < call.arguments().size(); i++) {
      if (!calls.isLabelSelector(call, i)) {
        expect(call.arguments().get(i), call.signature().argumentType(i), where);
      }
    }
  }
}

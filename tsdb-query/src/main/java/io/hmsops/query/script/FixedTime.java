package io.hmsops.query.script;

import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.FunctionTrait;
import io.hmsops.query.ast.Span;
import io.hmsops.query.ast.TimeModifiers;
import io.hmsops.query.ast.TimeModifiers.AtModifier;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** Rewrites a query so that its answer no longer depends on the evaluation time. */
final class FixedTime {
  private FixedTime() {}

  /** Whether the answer depends on where the query's range starts and ends, or on its step. */
  static boolean dependsOnGrid(Expr expr) {
    return calls(expr, FunctionTrait.IS_QUERY_TIME) || usesGridInTimes(expr);
  }

  /** Whether the answer depends on the evaluation time even if all selectors have {@code @}. */
  static boolean dependsOnClock(Expr expr) {
    return calls(expr, FunctionTrait.DEPENDS_ON_TIME);
  }

  private static boolean calls(Expr expr, FunctionTrait trait) {
    return (expr instanceof Expr.Call call && call.signature().is(trait))
        || children(expr).stream().anyMatch(child -> calls(child, trait));
  }

  private static boolean usesGridInTimes(Expr expr) {
    boolean here =
        switch (expr) {
          case Expr.VectorSelector selector -> usesGrid(selector.time());
          case Expr.MatrixSelector matrix ->
              usesGrid(matrix.range()) || usesGrid(matrix.selector().time());
          case Expr.Subquery subquery ->
              usesGrid(subquery.range())
                  || subquery.step().map(FixedTime::usesGrid).orElse(false)
                  || usesGrid(subquery.time());
          case Expr.NumberLiteral _,
              Expr.StringLiteral _,
              Expr.Aggregation _,
              Expr.Call _,
              Expr.Binary _,
              Expr.Unary _,
              Expr.Paren _ ->
              false;
        };
    return here || children(expr).stream().anyMatch(FixedTime::usesGridInTimes);
  }

  private static boolean usesGrid(TimeModifiers time) {
    boolean at = time.at().filter(fixed -> !(fixed instanceof AtModifier.Timestamp)).isPresent();
    return at || time.offset().map(FixedTime::usesGrid).orElse(false);
  }

  private static boolean usesGrid(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal _ -> false;
      case DurationExpr.Step _, DurationExpr.Range _ -> true;
      case DurationExpr.Sign sign -> usesGrid(sign.operand());
      case DurationExpr.Paren paren -> usesGrid(paren.inner());
      case DurationExpr.Binary binary -> usesGrid(binary.left()) || usesGrid(binary.right());
    };
  }

  private static List<Expr> children(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _ -> List.of();
      case Expr.MatrixSelector matrix -> List.of(matrix.selector());
      case Expr.Subquery subquery -> List.of(subquery.expr());
      case Expr.Aggregation aggregation ->
          aggregation
              .parameter()
              .map(parameter -> List.of(parameter, aggregation.expr()))
              .orElse(List.of(aggregation.expr()));
      case Expr.Call call -> call.arguments();
      case Expr.Binary binary -> List.of(binary.left(), binary.right());
      case Expr.Unary unary -> List.of(unary.expr());
      case Expr.Paren paren -> List.of(paren.expr());
    };
  }

  /**
   * Returns the query with {@code @} behind every selector and subquery that has none. What stands
   * inside a subquery follows the subquery's own times and stays as it is. The text is changed, not
   * printed anew: {@code absent} looks at the order of matchers.
   */
  static String at(String query, Expr expr, long timestampMs) {
    NavigableSet<Integer> ends = new TreeSet<>();
    findEnds(expr, ends);
    byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
    String modifier = " @ " + BigDecimal.valueOf(timestampMs, 3).toPlainString();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int copied = 0;
    for (int end : ends) {
      text.write(bytes, copied, end - copied);
      text.writeBytes(modifier.getBytes(StandardCharsets.UTF_8));
      copied = end;
    }
    text.write(bytes, copied, bytes.length - copied);
    return text.toString(StandardCharsets.UTF_8);
  }

  /** Collects where selectors and subqueries without {@code @} end, in bytes. */
  private static void findEnds(Expr expr, Set<Integer> ends) {
    switch (expr) {
      case Expr.VectorSelector selector -> findEnd(selector.time(), selector.span(), ends);
      case Expr.MatrixSelector matrix -> findEnd(matrix.selector().time(), matrix.span(), ends);
      case Expr.Subquery subquery -> findEnd(subquery.time(), subquery.span(), ends);
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Binary _,
          Expr.Unary _,
          Expr.Paren _ ->
          children(expr).forEach(child -> findEnds(child, ends));
    }
  }

  private static void findEnd(TimeModifiers time, Span span, Set<Integer> ends) {
    if (time.at().isEmpty()) {
      ends.add(span.end());
    }
  }
}

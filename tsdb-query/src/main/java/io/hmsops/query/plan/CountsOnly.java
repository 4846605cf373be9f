package io.hmsops.query.plan;

import io.hmsops.query.ast.Expr;

/**
 * Finds selectors of which only count and sum of histograms matter: those below {@code
 * histogram_count}, {@code histogram_sum} or {@code histogram_avg} with neither a subquery nor a
 * binary operator between.
 */
final class CountsOnly {
  private CountsOnly() {}

  /** Whether the operands of a node are such, given whether the node itself is. */
  static boolean inside(Expr expr, boolean outer) {
    return switch (expr) {
      case Expr.Binary _, Expr.Subquery _ -> false;
      case Expr.Call call ->
          switch (call.function()) {
            case "histogram_count", "histogram_sum", "histogram_avg" -> true;
            case "histogram_quantile", "histogram_quantiles", "histogram_fraction" -> false;
            default -> outer;
          };
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _,
          Expr.Aggregation _,
          Expr.Unary _,
          Expr.Paren _ ->
          outer;
    };
  }
}

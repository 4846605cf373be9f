package io.hmsops.query.plan;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.FunctionTrait;

/**
 * Finds selectors of which only count and sum of histograms matter: those below a function that
 * {@link FunctionTrait#READS_COUNT_AND_SUM reads only these} with neither a subquery nor a binary
 * operator between.
 */
final class CountsOnly {
  private CountsOnly() {}

  /** Whether the operands of a node are such, given whether the node itself is. */
  static boolean inside(Expr expr, boolean outer) {
    return switch (expr) {
      case Expr.Binary _, Expr.Subquery _ -> false;
      case Expr.Call(var function, _, _, _) ->
          function.is(FunctionTrait.READS_COUNT_AND_SUM)
              || (outer && !function.is(FunctionTrait.READS_WHOLE_HISTOGRAMS));
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

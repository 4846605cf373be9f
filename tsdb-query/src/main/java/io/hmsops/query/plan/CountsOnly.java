package io.hmsops.query.plan;

import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.FunctionTrait;

/**
 * Finds selectors of which only count and sum of histograms matter: those somewhere below a
 * function that {@link FunctionTrait#READS_COUNT_AND_SUM reads only these}, unless they are below
 * anything that asks for buckets as well, or below a subquery, which looks for counter resets
 * itself.
 */
enum CountsOnly {
  /** Nothing above is about counts. */
  UNASKED,
  /** Something above asks for counts, nothing for more. */
  ASKED,
  /** Something above asks for more. */
  NEVER;

  /** What holds for the operands of a node, given what holds for the node itself. */
  CountsOnly inside(Expr expr) {
    if (this == NEVER) {
      return NEVER;
    }
    return switch (expr) {
      case Expr.Subquery _ -> NEVER;
      case Expr.Binary binary -> isTrim(binary.operator()) ? NEVER : this;
      case Expr.Call(var function, _, _, _) ->
          function.is(FunctionTrait.READS_COUNT_AND_SUM)
              ? ASKED
              : function.is(FunctionTrait.READS_WHOLE_HISTOGRAMS) ? NEVER : this;
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _,
          Expr.Aggregation _,
          Expr.Unary _,
          Expr.Paren _ ->
          this;
    };
  }

  private static boolean isTrim(BinaryOperator operator) {
    return operator == BinaryOperator.TRIM_UPPER || operator == BinaryOperator.TRIM_LOWER;
  }
}

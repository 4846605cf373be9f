package io.hmsops.query.plan;

import io.hmsops.query.ast.Expr;
import io.hmsops.tsdb.labels.LabelMatcher;

/** Estimates what a query that is kept costs: text, tree, plan, compiled regular expressions. */
final class PlanWeight {
  private static final long ENTRY_BYTES = 256;
  private static final long NODE_BYTES = 256;
  private static final long MATCHER_BYTES = 128;

  /** A compiled regular expression has about one instruction for each character. */
  private static final long INSTRUCTION_BYTES = 64;

  private static final long MAX_INSTRUCTIONS = 1L << 40;

  private PlanWeight() {}

  static long of(String text, Expr expr) {
    return ENTRY_BYTES + 2L * text.length() + node(expr);
  }

  private static long node(Expr expr) {
    return NODE_BYTES
        + switch (expr) {
          case Expr.NumberLiteral _ -> 0;
          case Expr.StringLiteral(var value, _) -> 2L * value.length();
          case Expr.VectorSelector selector ->
              selector.matchers().stream().mapToLong(PlanWeight::matcher).sum();
          case Expr.MatrixSelector matrix -> node(matrix.selector());
          case Expr.Subquery subquery -> node(subquery.expr());
          case Expr.Unary unary -> node(unary.expr());
          case Expr.Paren paren -> node(paren.expr());
          case Expr.Binary binary -> node(binary.left()) + node(binary.right());
          case Expr.Call call -> call.arguments().stream().mapToLong(PlanWeight::node).sum();
          case Expr.Aggregation aggregation ->
              node(aggregation.expr())
                  + 64L * aggregation.grouping().size()
                  + aggregation.parameter().map(PlanWeight::node).orElse(0L);
        };
  }

  private static long matcher(LabelMatcher matcher) {
    long chars = matcher.name().length() + (long) matcher.value().length();
    return MATCHER_BYTES
        + 2 * chars
        + (matcher.isRegex() ? INSTRUCTION_BYTES * instructions(matcher.value()) : 0);
  }

  /** Counted repetitions are written out; nested ones multiply. An upper bound. */
  private static long instructions(String regex) {
    long instructions = regex.length() + 1L;
    for (int open = regex.indexOf('{'); open >= 0; open = regex.indexOf('{', open + 1)) {
      long count = 0;
      long largest = 1;
      for (int i = open + 1; i < regex.length() && regex.charAt(i) != '}'; i++) {
        int digit = Character.digit(regex.charAt(i), 10);
        count = digit < 0 ? 0 : Math.min(10 * count + digit, 1000);
        largest = Math.max(largest, count);
      }
      instructions = Math.min(instructions * largest, MAX_INSTRUCTIONS);
    }
    return instructions;
  }
}

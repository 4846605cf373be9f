package io.hmsops.query.check;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.function.Dialect;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;

/** Reads and checks queries. Stateless. */
public final class Queries {
  private Queries() {}

  /**
   * {@return the tree of a query whose types, arities and features are right}
   *
   * @param text the query
   * @param dialect the language with its features and functions
   * @throws ParseException if it is not a valid query; the message is that of Prometheus
   */
  public static Expr parse(String text, Dialect dialect) throws ParseException {
    Expr expr = PromQL.parse(text, dialect);
    return DeepTrees.walk(
        expr,
        () -> {
          new Checker(text, dialect.features()).check(expr);
          return expr;
        });
  }
}

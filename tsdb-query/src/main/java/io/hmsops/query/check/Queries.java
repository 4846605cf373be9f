package io.hmsops.query.check;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import java.util.Set;

/** Reads and checks queries. Stateless. */
public final class Queries {
  private Queries() {}

  /**
   * {@return the tree of a query whose types, arities and features are right}
   *
   * @param text the query
   * @param features what is enabled beyond the stable language
   * @throws ParseException if it is not a valid query; the message is that of Prometheus
   */
  public static Expr parse(String text, Set<Feature> features) throws ParseException {
    Expr expr = PromQL.parse(text, features);
    return DeepTrees.walk(
        expr,
        () -> {
          new Checker(text, features).check(expr);
          return expr;
        });
  }
}

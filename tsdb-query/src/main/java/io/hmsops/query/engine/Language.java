package io.hmsops.query.engine;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.check.Queries;
import io.hmsops.query.eval.FunctionCatalogue;
import io.hmsops.query.function.Dialect;
import io.hmsops.query.parse.ParseException;
import java.util.Set;

/** PromQL as the engine evaluates it, for those who only read it. Stateless. */
public final class Language {
  private Language() {}

  /**
   * {@return the tree of a query whose types, arities and features are right}
   *
   * @param text the query
   * @param features what is enabled beyond the stable language
   * @throws ParseException if it is not a valid query; the message is that of Prometheus
   */
  public static Expr parse(String text, Set<Feature> features) throws ParseException {
    return Queries.parse(text, dialect(features));
  }

  /**
   * {@return the language with all functions}
   *
   * @param features what is enabled beyond the stable language
   */
  public static Dialect dialect(Set<Feature> features) {
    return new Dialect(features, FunctionCatalogue.functions());
  }
}

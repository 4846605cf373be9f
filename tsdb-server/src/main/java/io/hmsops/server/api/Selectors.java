package io.hmsops.server.api;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.TimeModifiers;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.List;
import java.util.Set;

/** Reads the selectors of {@code match[]}: a metric name and matchers, nothing more. */
final class Selectors {
  private Selectors() {}

  static List<LabelMatcher> parse(String text) throws ParseException {
    Expr expr = PromQL.parse(text, Set.of());
    if (expr instanceof Expr.VectorSelector selector
        && selector.time().equals(TimeModifiers.NONE)) {
      return selector.matchers();
    }
    throw new ParseException(1, 1, "expected a series selector, got %s".formatted(text));
  }
}

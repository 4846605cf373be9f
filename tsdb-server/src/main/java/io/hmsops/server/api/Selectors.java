package io.hmsops.server.api;

import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.List;

/** Reads the selectors of {@code match[]}: a metric name and matchers, nothing more. */
final class Selectors {
  private Selectors() {}

  static List<LabelMatcher> parse(String text) throws ParseException {
    return PromQL.parseSelector(text).matchers();
  }
}

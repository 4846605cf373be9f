package io.hmsops.query.eval;

import io.hmsops.query.ast.Feature;
import io.hmsops.tsdb.labels.Label;

/** Tells by its name or type label whether a metric is likely to be a counter. */
final class CounterNames {
  private final WindowCall call;
  private final boolean typed;
  private String lastName = "";

  CounterNames(WindowCall call) {
    this.call = call;
    this.typed = call.context().features().contains(Feature.TYPE_AND_UNIT_LABELS);
  }

  void informIfNotCounter(Window window) {
    String name = window.metricName();
    if (name.isEmpty() || (name.equals(lastName) && !typed)) {
      return;
    }
    lastName = name;
    if (typed) {
      String type = window.label(Label.METRIC_TYPE);
      if (!type.equals("counter") && !type.equals("histogram")) {
        call.annotations().inform(Texts.possiblyNotCounter(name, type), call.rangeSpan());
      }
    } else if (!name.endsWith("_total")
        && !name.endsWith("_sum")
        && !name.endsWith("_count")
        && !name.endsWith("_bucket")) {
      call.annotations().inform(Texts.possiblyNotCounter(name), call.rangeSpan());
    }
  }
}

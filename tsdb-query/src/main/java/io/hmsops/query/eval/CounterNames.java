package io.hmsops.query.eval;

import io.hmsops.query.ast.Feature;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;

/** Tells by its name or type label whether a metric is likely to be a counter. */
final class CounterNames {
  private CounterNames() {}

  static void informIfNotCounter(WindowCall call, Labels labels) {
    String name = labels.metricName();
    if (name.isEmpty()) {
      return;
    }
    if (call.context().features().contains(Feature.TYPE_AND_UNIT_LABELS)) {
      String type = labels.get(Label.METRIC_TYPE);
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

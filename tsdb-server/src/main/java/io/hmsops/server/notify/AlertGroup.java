package io.hmsops.server.notify;

import io.hmsops.server.alerting.OutgoingAlert;
import io.hmsops.tsdb.labels.Labels;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The alerts of one route that are told together. Guarded by its {@link Dispatcher}. */
final class AlertGroup {
  /** Alerts without a job or instance come last. */
  private static final Comparator<OutgoingAlert> ORDER =
      Comparator.comparing((OutgoingAlert alert) -> last(alert.labels().get("job")))
          .thenComparing(alert -> last(alert.labels().get("instance")))
          .thenComparing(OutgoingAlert::labels);

  final Route route;
  final Labels labels;
  final Map<String, OutgoingAlert> alerts = new LinkedHashMap<>();
  long nextFlushMs;
  boolean flushing;

  AlertGroup(Route route, Labels labels, long nextFlushMs) {
    this.route = route;
    this.labels = labels;
    this.nextFlushMs = nextFlushMs;
  }

  String key() {
    return route.id() + ":" + labels;
  }

  List<OutgoingAlert> sorted() {
    return alerts.values().stream().sorted(ORDER).toList();
  }

  private static String last(String value) {
    return value.isEmpty() ? "\uffff" : value;
  }
}

package io.hmsops.server.alerting;

import io.hmsops.server.alerting.AlertEvent.Kind;
import io.hmsops.server.config.Durations;
import io.hmsops.server.rules.Rule;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The alerts of one alerting rule, and how each evaluation moves them on. Not thread-safe: its
 * group evaluates one at a time.
 */
final class AlertBook {
  static final String ALERT_NAME = "alertname";
  private static final String ALERT_STATE = "alertstate";

  /* One evaluation at time ts, as Prometheus does it:
   *
   *   candidate, not known or inactive → pending, activeAt = ts
   *   candidate, known                 → value and annotations renewed
   *   not a candidate, pending         → forgotten
   *   not a candidate, firing          → firing while ts - keepFiringSince < keep_firing_for,
   *                                      then inactive, kept for the resolved retention
   *   pending for at least `for`       → firing, in the same evaluation if `for` is 0
   */

  private final Rule.Alerting rule;
  private final AlertingOptions options;
  private final AlertListener listener;
  private final Map<Labels, ActiveAlert> alerts = new LinkedHashMap<>();
  private boolean changed;

  /** An element of the expression's value, with its labels and annotations worked out. */
  record Candidate(Labels labels, Map<String, String> annotations, double value) {}

  AlertBook(Rule.Alerting rule, AlertingOptions options, AlertListener listener) {
    this.rule = rule;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Moves all alerts on.
   *
   * @return the series to write: {@code ALERTS} and {@code ALERTS_FOR_STATE}
   * @throws EvaluationException if candidates cannot be told apart, or there are too many alerts
   */
  Map<Labels, Double> evaluate(long nowMs, List<Candidate> candidates, int limit)
      throws EvaluationException {
    Map<Labels, Candidate> byLabels = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      if (byLabels.put(candidate.labels(), candidate) != null) {
        throw new EvaluationException(
            "vector contains metrics with the same labelset after applying alert labels");
      }
    }
    byLabels.values().forEach(candidate -> take(candidate, nowMs));
    Iterator<ActiveAlert> iterator = alerts.values().iterator();
    int active = 0;
    while (iterator.hasNext()) {
      ActiveAlert alert = iterator.next();
      if (byLabels.containsKey(alert.labels)) {
        alert.keepFiringSinceMs = 0;
        fireIfDue(alert, nowMs);
        active++;
      } else if (isKeptFiring(alert, nowMs)) {
        active++;
      } else if (isForgotten(alert, nowMs)) {
        iterator.remove();
      }
    }
    checkLimit(active, limit);
    return series();
  }

  private void take(Candidate candidate, long nowMs) {
    ActiveAlert known = alerts.get(candidate.labels());
    if (known != null && known.state != AlertState.INACTIVE) {
      known.value = candidate.value();
      known.annotations = candidate.annotations();
      return;
    }
    ActiveAlert alert =
        new ActiveAlert(candidate.labels(), candidate.annotations(), candidate.value(), nowMs);
    alerts.put(alert.labels, alert);
    changed = true;
    tell(alert, nowMs, Kind.CROSSED, "condition holds, value " + shortText(alert.value));
    if (rule.forMs() > 0) {
      tell(alert, nowMs, Kind.PENDING, "fires in " + Durations.format(rule.forMs()));
    }
  }

  private void fireIfDue(ActiveAlert alert, long nowMs) {
    if (alert.state == AlertState.PENDING && nowMs - alert.activeAtMs >= rule.forMs()) {
      alert.state = AlertState.FIRING;
      alert.firedAtMs = nowMs;
      changed = true;
      tell(alert, nowMs, Kind.FIRING, "value " + shortText(alert.value));
    }
  }

  private boolean isKeptFiring(ActiveAlert alert, long nowMs) {
    if (alert.state != AlertState.FIRING || rule.keepFiringForMs() == 0) {
      return false;
    }
    if (alert.keepFiringSinceMs == 0) {
      alert.keepFiringSinceMs = nowMs;
      changed = true;
      tell(
          alert,
          nowMs,
          Kind.CLEARED,
          "condition no longer holds; fires on for "
              + Durations.format(rule.keepFiringForMs())
              + " (keep_firing_for)");
    }
    return nowMs - alert.keepFiringSinceMs < rule.keepFiringForMs();
  }

  /** Ends an alert whose element is gone; true once nothing of it has to be kept. */
  private boolean isForgotten(ActiveAlert alert, long nowMs) {
    return switch (alert.state) {
      case PENDING -> {
        changed = true;
        tell(alert, nowMs, Kind.CLEARED, "condition no longer holds; it had not fired");
        yield true;
      }
      case FIRING -> {
        changed = true;
        alert.state = AlertState.INACTIVE;
        alert.resolvedAtMs = nowMs;
        if (alert.keepFiringSinceMs == 0) {
          tell(alert, nowMs, Kind.CLEARED, "condition no longer holds");
        }
        tell(
            alert,
            nowMs,
            Kind.RESOLVED,
            "after firing for " + Durations.format(Math.max(0, nowMs - alert.firedAtMs)));
        yield false;
      }
      case INACTIVE -> {
        boolean old = nowMs - alert.resolvedAtMs > options.resolvedRetentionMs();
        changed |= old;
        yield old;
      }
    };
  }

  private void checkLimit(int active, int limit) throws EvaluationException {
    int bound =
        limit > 0 ? Math.min(limit, options.maxAlertsPerRule()) : options.maxAlertsPerRule();
    if (active > bound) {
      alerts.clear();
      changed = true;
      throw new EvaluationException("exceeded limit of %d with %d alerts".formatted(bound, active));
    }
  }

  private Map<Labels, Double> series() {
    Map<Labels, Double> series = new HashMap<>();
    for (ActiveAlert alert : alerts.values()) {
      if (alert.state != AlertState.INACTIVE) {
        Labels.Builder labels = alert.labels.toBuilder().set(ALERT_NAME, rule.name());
        series.put(
            labels.set(Label.METRIC_NAME, "ALERTS_FOR_STATE").build(),
            (double) Math.floorDiv(alert.activeAtMs, 1000L));
        series.put(
            labels.set(Label.METRIC_NAME, "ALERTS").set(ALERT_STATE, alert.state.text()).build(),
            1.0);
      }
    }
    return series;
  }

  /** {@return the alerts to hand out now; they count as sent} */
  List<OutgoingAlert> takeOutgoing(long nowMs, long intervalMs, String generatorUrl) {
    List<OutgoingAlert> outgoing = new ArrayList<>();
    long validUntilMs = nowMs + 4 * Math.max(intervalMs, options.resendDelayMs());
    for (ActiveAlert alert : alerts.values()) {
      if (alert.needsSending(nowMs, options.resendDelayMs())) {
        alert.lastSentAtMs = nowMs;
        boolean resolved = alert.state == AlertState.INACTIVE;
        outgoing.add(
            new OutgoingAlert(
                options.outgoing(alert.labels),
                alert.annotations,
                alert.firedAtMs,
                resolved ? alert.resolvedAtMs : validUntilMs,
                generatorUrl));
      }
    }
    return outgoing;
  }

  /** {@return the pending and firing alerts, sorted by labels} */
  List<AlertView> views() {
    return alerts.values().stream()
        .filter(alert -> alert.state != AlertState.INACTIVE)
        .map(alert -> alert.view(Fingerprint.of(options.outgoing(alert.labels))))
        .sorted(Comparator.comparing(AlertView::labels))
        .toList();
  }

  /** {@return copies of all alerts, for the state file} */
  List<ActiveAlert> copies() {
    return alerts.values().stream().map(ActiveAlert::copy).toList();
  }

  /** Takes over alerts from the state file or from the rule's former self. */
  void restore(List<ActiveAlert> saved) {
    for (ActiveAlert alert : saved) {
      alerts.put(alert.labels, alert.copy());
    }
  }

  /** {@return whether anything worth saving has happened since the last call} */
  boolean takeChanged() {
    boolean result = changed;
    changed = false;
    return result;
  }

  private void tell(ActiveAlert alert, long nowMs, Kind kind, String detail) {
    Labels labels = options.outgoing(alert.labels);
    listener.on(new AlertEvent(nowMs, kind, Fingerprint.of(labels), labels, detail));
  }

  private static String shortText(double value) {
    return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e9
        ? "%.4g".formatted(value)
        : Double.toString(value);
  }
}

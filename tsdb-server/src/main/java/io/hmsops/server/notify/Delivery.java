package io.hmsops.server.notify;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.alerting.AlertListener;
import io.hmsops.server.alerting.OutgoingAlert;
import io.hmsops.tsdb.labels.Labels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells a receiver about a flushed group: de-duplicates, sends with retries, logs. */
final class Delivery {
  private static final long FIRST_BACK_OFF_MS = 500;
  private static final long MAX_BACK_OFF_MS = 60_000;
  private static final long MIN_FLUSH_TIMEOUT_MS = 10_000;

  private final String externalUrl;
  private final InstantSource clock;
  private final NotificationLog log;
  private final Transport transport;
  private final AlertListener listener;

  Delivery(
      String externalUrl,
      InstantSource clock,
      NotificationLog log,
      Transport transport,
      AlertListener listener) {
    this.externalUrl = externalUrl;
    this.clock = clock;
    this.log = log;
    this.transport = transport;
    this.listener = listener;
  }

  /** {@return whether all of the receiver's webhooks know what they should} */
  boolean deliver(Receiver receiver, AlertGroup group, List<OutgoingAlert> alerts, long nowMs)
      throws InterruptedException {
    if (receiver.webhooks().isEmpty()) {
      return tellNobody(receiver, group, alerts, nowMs);
    }
    boolean delivered = true;
    for (int i = 0; i < receiver.webhooks().size(); i++) {
      delivered &= deliver(receiver, i, group, alerts, nowMs);
    }
    return delivered;
  }

  /** Whether a group that came back after a restart was told as firing before it. */
  boolean wasToldFiring(Route route, Labels groupLabels, Receiver receiver) {
    synchronized (log) {
      for (int i = 0; i < receiver.webhooks().size(); i++) {
        String key = key(route.id() + ":" + groupLabels, receiver, i);
        if (!log.reason(key, Set.of(), Set.of(), true, Long.MAX_VALUE / 2, 0).isEmpty()) {
          return true;
        }
      }
      return false;
    }
  }

  private static String key(String groupKey, Receiver receiver, int integration) {
    return groupKey + "\n" + receiver.name() + "\n" + integration;
  }

  private boolean tellNobody(
      Receiver receiver, AlertGroup group, List<OutgoingAlert> alerts, long nowMs) {
    String reason = reason(key(group.key(), receiver, -1), group, alerts, false, nowMs);
    if (!reason.isEmpty()) {
      String detail =
          receiver.name().isEmpty()
              ? "no receiver is configured"
              : "receiver " + receiver.name() + " has no webhook";
      tell(AlertEvent.Kind.NOT_NOTIFIED, alerts, detail);
      remember(key(group.key(), receiver, -1), group, alerts, nowMs);
    }
    return true;
  }

  private boolean deliver(
      Receiver receiver, int integration, AlertGroup group, List<OutgoingAlert> alerts, long nowMs)
      throws InterruptedException {
    Receiver.Webhook webhook = receiver.webhooks().get(integration);
    String key = key(group.key(), receiver, integration);
    String reason = reason(key, group, alerts, webhook.sendResolved(), nowMs);
    if (reason.isEmpty()) {
      return true;
    }
    List<OutgoingAlert> told =
        webhook.sendResolved()
            ? alerts
            : alerts.stream().filter(alert -> !alert.isResolved(nowMs)).toList();
    if (!told.isEmpty()) {
      WebhookPayload.Heading heading =
          new WebhookPayload.Heading(
              receiver.name(), group.key(), group.labels, reason, externalUrl);
      String body = WebhookPayload.write(heading, told, webhook.maxAlerts(), nowMs);
      Transport.Outcome outcome = send(webhook, body, group.route.groupIntervalMs());
      boolean worked = outcome.kind() == Transport.Kind.DELIVERED;
      if (worked) {
        // Logged before anybody hears of it: a restart after the event must not tell again.
        remember(key, group, alerts, nowMs);
      }
      tell(
          worked ? AlertEvent.Kind.NOTIFIED : AlertEvent.Kind.NOT_NOTIFIED,
          told,
          "%s (%s): %s".formatted(receiver.name(), reason, outcome.detail()));
      return worked;
    }
    remember(key, group, alerts, nowMs);
    return true;
  }

  private String reason(
      String key, AlertGroup group, List<OutgoingAlert> alerts, boolean sendResolved, long nowMs) {
    synchronized (log) {
      return log.reason(
          key,
          fingerprints(alerts, false, nowMs),
          fingerprints(alerts, true, nowMs),
          sendResolved,
          group.route.repeatIntervalMs(),
          nowMs);
    }
  }

  private void remember(String key, AlertGroup group, List<OutgoingAlert> alerts, long nowMs) {
    synchronized (log) {
      log.put(
          key,
          new NotificationLog.Entry(
              nowMs,
              nowMs + Math.max(2 * group.route.repeatIntervalMs(), 3_600_000),
              fingerprints(alerts, false, nowMs),
              fingerprints(alerts, true, nowMs)),
          nowMs);
    }
  }

  private static Set<String> fingerprints(
      List<OutgoingAlert> alerts, boolean resolved, long nowMs) {
    Set<String> fingerprints = new LinkedHashSet<>();
    for (OutgoingAlert alert : alerts) {
      if (alert.isResolved(nowMs) == resolved) {
        fingerprints.add(alert.fingerprint());
      }
    }
    return fingerprints;
  }

  /** Tries until it works, is refused for good, or the time of a flush is over. */
  private Transport.Outcome send(Receiver.Webhook webhook, String body, long groupIntervalMs)
      throws InterruptedException {
    long deadlineMs = clock.millis() + Math.max(groupIntervalMs, MIN_FLUSH_TIMEOUT_MS);
    long backOffMs = FIRST_BACK_OFF_MS;
    int attempts = 0;
    while (true) {
      Transport.Outcome outcome = transport.post(webhook, body);
      attempts++;
      if (outcome.kind() != Transport.Kind.RETRY) {
        return outcome;
      }
      if (clock.millis() + backOffMs > deadlineMs) {
        return new Transport.Outcome(
            Transport.Kind.FAILED, "%s (%d attempts)".formatted(outcome.detail(), attempts));
      }
      Thread.sleep(Duration.ofMillis(backOffMs));
      backOffMs = Math.min(MAX_BACK_OFF_MS, 2 * backOffMs);
    }
  }

  private void tell(AlertEvent.Kind kind, List<OutgoingAlert> alerts, String detail) {
    long nowMs = clock.millis();
    for (OutgoingAlert alert : alerts) {
      listener.on(new AlertEvent(nowMs, kind, alert.fingerprint(), alert.labels(), detail));
    }
  }
}

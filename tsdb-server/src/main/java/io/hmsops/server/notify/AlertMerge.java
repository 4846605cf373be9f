package io.hmsops.server.notify;

import io.hmsops.server.alerting.OutgoingAlert;

/** What becomes of an alert when it is received again, as Alertmanager merges them. */
final class AlertMerge {
  private AlertMerge() {}

  static OutgoingAlert merge(OutgoingAlert known, OutgoingAlert received, long nowMs) {
    boolean overlaps =
        received.startsAtMs() <= known.endsAtMs() && known.startsAtMs() <= received.endsAtMs();
    if (!overlaps) {
      return received;
    }
    long endsAtMs = received.endsAtMs();
    if (received.isResolved(nowMs) && known.isResolved(nowMs)) {
      endsAtMs = Math.max(received.endsAtMs(), known.endsAtMs());
    }
    return new OutgoingAlert(
        received.labels(),
        received.annotations(),
        Math.min(known.startsAtMs(), received.startsAtMs()),
        endsAtMs,
        received.generatorUrl());
  }
}

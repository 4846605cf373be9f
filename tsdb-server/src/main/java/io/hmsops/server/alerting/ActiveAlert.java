package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Labels;
import java.util.Map;

/** The state of one alert. Owned by its {@link AlertBook}; times are 0 for never. */
final class ActiveAlert {
  final Labels labels;
  Map<String, String> annotations;
  AlertState state = AlertState.PENDING;
  double value;
  long activeAtMs;
  long firedAtMs;
  long keepFiringSinceMs;
  long resolvedAtMs;
  long lastSentAtMs;

  ActiveAlert(Labels labels, Map<String, String> annotations, double value, long activeAtMs) {
    this.labels = labels;
    this.annotations = annotations;
    this.value = value;
    this.activeAtMs = activeAtMs;
  }

  ActiveAlert copy() {
    ActiveAlert copy = new ActiveAlert(labels, annotations, value, activeAtMs);
    copy.state = state;
    copy.firedAtMs = firedAtMs;
    copy.keepFiringSinceMs = keepFiringSinceMs;
    copy.resolvedAtMs = resolvedAtMs;
    copy.lastSentAtMs = lastSentAtMs;
    return copy;
  }

  AlertView view(String fingerprint) {
    return new AlertView(
        fingerprint,
        labels,
        annotations,
        state,
        value,
        activeAtMs,
        firedAtMs,
        keepFiringSinceMs,
        resolvedAtMs);
  }

  /** Firing alerts are repeated after a delay; resolved ones are sent at once, then likewise. */
  boolean needsSending(long nowMs, long resendDelayMs) {
    if (state == AlertState.PENDING) {
      return false;
    }
    return resolvedAtMs > lastSentAtMs || lastSentAtMs == 0 || lastSentAtMs + resendDelayMs < nowMs;
  }
}

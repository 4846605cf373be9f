package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Labels;
import java.util.Map;

/**
 * An alert on its way to receivers. Times are milliseconds since the Unix epoch.
 *
 * @param labels its labels, those of this server included
 * @param annotations its annotations
 * @param startsAtMs when it began to fire
 * @param endsAtMs when it was resolved; for a firing one, when it counts as resolved if nothing
 *     more is heard of it
 * @param generatorUrl a link to its expression
 */
public record OutgoingAlert(
    Labels labels,
    Map<String, String> annotations,
    long startsAtMs,
    long endsAtMs,
    String generatorUrl) {
  /** {@return the alert's fingerprint} */
  public String fingerprint() {
    return Fingerprint.of(labels);
  }

  /**
   * {@return whether it has ended}
   *
   * @param nowMs the present
   */
  public boolean isResolved(long nowMs) {
    return endsAtMs <= nowMs;
  }
}

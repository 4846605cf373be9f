package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;

/**
 * Settings of rule evaluation.
 *
 * @param externalUrl the address under which users see this server, without a slash at the end
 * @param externalLabels labels of this server, added to outgoing alerts
 * @param resendDelayMs after what time a firing alert is handed out again
 * @param resolvedRetentionMs how long a resolved alert is kept and handed out again
 * @param outageToleranceMs state older than this is not restored after a restart
 * @param maxAlertsPerRule how many alerts one rule may have at a time, whatever its group says
 */
public record AlertingOptions(
    String externalUrl,
    Labels externalLabels,
    long resendDelayMs,
    long resolvedRetentionMs,
    long outageToleranceMs,
    int maxAlertsPerRule) {
  /**
   * {@return resend after a minute, keep resolved ones for 15 minutes, tolerate an hour's outage,
   * 10 000 alerts a rule}
   *
   * @param externalUrl the address of this server
   */
  public static AlertingOptions defaults(String externalUrl) {
    return new AlertingOptions(externalUrl, Labels.EMPTY, 60_000, 900_000, 3_600_000, 10_000);
  }

  /**
   * {@return an alert's labels as they are sent: with this server's labels where it has none of its
   * own}
   *
   * @param labels the alert's labels
   */
  Labels outgoing(Labels labels) {
    if (externalLabels.isEmpty()) {
      return labels;
    }
    Labels.Builder builder = labels.toBuilder();
    for (Label label : externalLabels) {
      if (!labels.has(label.name())) {
        builder.set(label.name(), label.value());
      }
    }
    return builder.build();
  }
}

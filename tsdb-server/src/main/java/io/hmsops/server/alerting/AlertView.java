package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Labels;
import java.util.Map;

/**
 * An alert at the end of an evaluation. Times are milliseconds since the Unix epoch, 0 for never.
 *
 * @param fingerprint what names the alert as it is sent
 * @param labels its labels, {@code alertname} among them
 * @param annotations its annotations, expanded
 * @param state its state
 * @param value the value of its expression when last seen
 * @param activeAtMs since when its condition has held
 * @param firedAtMs when it began to fire
 * @param keepFiringSinceMs since when it fires only because of {@code keep_firing_for}
 * @param resolvedAtMs when it was resolved
 */
public record AlertView(
    String fingerprint,
    Labels labels,
    Map<String, String> annotations,
    AlertState state,
    double value,
    long activeAtMs,
    long firedAtMs,
    long keepFiringSinceMs,
    long resolvedAtMs) {}

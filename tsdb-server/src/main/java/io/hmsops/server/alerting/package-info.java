/**
 * Evaluates rule groups and keeps the state of alerts, also across restarts. Tells {@link
 * io.hmsops.server.alerting.AlertListener}s what happens and hands firing and resolved alerts to an
 * {@link io.hmsops.server.alerting.AlertSink}.
 */
package io.hmsops.server.alerting;

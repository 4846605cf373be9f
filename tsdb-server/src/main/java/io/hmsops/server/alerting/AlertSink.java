package io.hmsops.server.alerting;

import java.util.List;

/** Takes alerts to be delivered. Called by many threads; must not wait for a network. */
@FunctionalInterface
public interface AlertSink {
  /**
   * Takes alerts that fire or were resolved.
   *
   * @param alerts the alerts of one rule
   */
  void accept(List<OutgoingAlert> alerts);
}

package io.hmsops.server.alerting;

/** Is told what happens to alerts. Called by many threads; must be quick and not throw. */
@FunctionalInterface
public interface AlertListener {
  /** Ignores everything. */
  AlertListener NONE = event -> {};

  /**
   * Takes note of an event.
   *
   * @param event what happened
   */
  void on(AlertEvent event);
}

package io.hmsops.server.notify;

import io.hmsops.server.alerting.AlertListener;
import io.hmsops.server.alerting.AlertSink;
import io.hmsops.server.alerting.OutgoingAlert;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Delivers alerts to the receivers of an {@code alertmanager.yml}. Owns a thread for its timers and
 * a virtual thread for each delivery under way. Thread-safe.
 */
public final class Notifier implements AlertSink, AutoCloseable {
  private static final String LOG_FILE = "notification-log";

  private final WebhookTransport transport = new WebhookTransport();
  private final ExecutorService deliveries = Executors.newVirtualThreadPerTaskExecutor();
  private final Dispatcher dispatcher;
  private final Thread timer;

  /**
   * Starts delivering.
   *
   * @param config who is told of what
   * @param externalUrl the address of this server, for links
   * @param clock says what time it is
   * @param dataDirectory where the notification log is kept; must exist
   * @param listener is told what was delivered, and what was not
   */
  public Notifier(
      NotifyConfig config,
      String externalUrl,
      InstantSource clock,
      Path dataDirectory,
      AlertListener listener) {
    this.dispatcher =
        new Dispatcher(
            config,
            externalUrl,
            clock,
            new NotificationLog(dataDirectory.resolve(LOG_FILE)),
            transport,
            listener,
            deliveries);
    this.timer = Thread.ofPlatform().name("notify-timer").daemon().start(this::run);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        dispatcher.awaitChange(dispatcher.tick());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void accept(List<OutgoingAlert> alerts) {
    dispatcher.accept(alerts);
  }

  /**
   * Replaces the configuration.
   *
   * @param config who is told of what from now on
   */
  public void apply(NotifyConfig config) {
    dispatcher.apply(config);
  }

  /** {@return the alerts that fire or were resolved lately} */
  public List<OutgoingAlert> alerts() {
    return dispatcher.alerts();
  }

  /** Stops at once; a delivery under way is given up. */
  @Override
  public void close() {
    timer.interrupt();
    deliveries.shutdownNow();
    transport.close();
  }
}

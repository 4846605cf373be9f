package io.hmsops.server.notify;

import io.hmsops.server.alerting.AlertListener;
import io.hmsops.server.alerting.AlertSink;
import io.hmsops.server.alerting.OutgoingAlert;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Delivers alerts to the receivers of an {@code alertmanager.yml}. Owns a thread for its timers and
 * a virtual thread for each delivery under way. Thread-safe.
 */
public final class Notifier implements AlertSink, AutoCloseable {
  private static final String LOG_FILE = "notification-log";
  private static final long CLOSE_GRACE_MS = 2_000;

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
    } catch (InterruptedException | RejectedExecutionException closed) {
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

  /** Stops; a delivery under way has two seconds to end, and is given up then. */
  @Override
  public void close() {
    timer.interrupt();
    deliveries.shutdown();
    try {
      // An interrupted delivery may have been told but not logged, and would be told again.
      if (!deliveries.awaitTermination(CLOSE_GRACE_MS, TimeUnit.MILLISECONDS)) {
        deliveries.shutdownNow();
      }
    } catch (InterruptedException e) {
      deliveries.shutdownNow();
      Thread.currentThread().interrupt();
    }
    transport.close();
  }
}

package io.hmsops.server.timeline;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.alerting.AlertListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Everything that happened to alerts, in order. Written to a file as it happens; the newest events
 * are in memory. An event whose write fails stays in memory and is counted. Thread-safe.
 */
public final class Timeline implements AlertListener, AutoCloseable {
  /** How many events are in memory. */
  public static final int MAX_EVENTS_IN_MEMORY = 10_000;

  private static final int MAX_DETAIL_LENGTH = 4_096;
  private static final System.Logger LOG = System.getLogger(Timeline.class.getName());
  private static final String FILE = "timeline";

  private final Deque<AlertEvent> events = new ArrayDeque<>();
  private final List<AlertListener> followers = new ArrayList<>();
  private final TimelineFile file;
  private long failedWrites;

  /**
   * Opens the timeline of a data directory.
   *
   * @param dataDirectory where the file is or will be; must exist
   * @throws IOException if the file cannot be read or written, or is not a timeline
   */
  public Timeline(Path dataDirectory) throws IOException {
    this.file = new TimelineFile(dataDirectory.resolve(FILE), this::remember);
  }

  @Override
  public void on(AlertEvent event) {
    AlertEvent bounded = bounded(event);
    List<AlertListener> told;
    synchronized (this) {
      remember(bounded);
      try {
        file.append(bounded);
      } catch (IOException e) {
        if (failedWrites++ == 0) {
          LOG.log(System.Logger.Level.ERROR, "the timeline cannot be written: {0}", e.toString());
        }
      }
      told = List.copyOf(followers);
    }
    told.forEach(follower -> follower.on(bounded));
  }

  private static AlertEvent bounded(AlertEvent event) {
    return event.detail().length() <= MAX_DETAIL_LENGTH
        ? event
        : new AlertEvent(
            event.timestampMs(),
            event.kind(),
            event.fingerprint(),
            event.labels(),
            event.detail().substring(0, MAX_DETAIL_LENGTH) + "…");
  }

  private synchronized void remember(AlertEvent event) {
    events.addLast(event);
    if (events.size() > MAX_EVENTS_IN_MEMORY) {
      events.removeFirst();
    }
  }

  /**
   * Also tells somebody else of what happens from now on.
   *
   * @param follower is told after the event is written
   */
  public synchronized void follow(AlertListener follower) {
    followers.add(follower);
  }

  /** {@return the newest events, oldest first} */
  public synchronized List<AlertEvent> events() {
    return List.copyOf(events);
  }

  /**
   * {@return the newest events of one alert, oldest first}
   *
   * @param fingerprint the alert
   */
  public synchronized List<AlertEvent> events(String fingerprint) {
    return events.stream().filter(event -> event.fingerprint().equals(fingerprint)).toList();
  }

  /** {@return how many events are only in memory because their write failed} */
  public synchronized long failedWrites() {
    return failedWrites;
  }

  /**
   * Forces the file to disk and closes it.
   *
   * @throws IOException if that fails
   */
  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}

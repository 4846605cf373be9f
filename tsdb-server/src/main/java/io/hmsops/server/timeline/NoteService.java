package io.hmsops.server.timeline;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.playbook.PlaybookRun;
import io.hmsops.server.playbook.PlaybookRunner;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes notes on alerts from playbooks. Thread-safe. */
public final class NoteService {
  /** How long a note may be, in characters. */
  public static final int MAX_NOTE_LENGTH = 2_000;

  private static final int NEAREST = 3;

  private final Supplier<Map<String, Labels>> openAlerts;
  private final PlaybookRunner runner;
  private final Timeline timeline;
  private final InstantSource clock;

  /**
   * The answer to a note.
   *
   * @param status the HTTP status that fits: 200, 400, 403 or 404
   * @param message the answer in words
   * @param nearest for 404: the open alerts nearest to the fingerprint, {@code fingerprint labels}
   */
  public record NoteAnswer(int status, String message, List<String> nearest) {
    /** Copies the list. */
    public NoteAnswer {
      nearest = List.copyOf(nearest);
    }
  }

  /**
   * A note that was taken.
   *
   * @param timestampMs when, in milliseconds since the Unix epoch
   * @param text what it says, and who says so
   */
  public record Note(long timestampMs, String text) {}

  /**
   * Creates the service.
   *
   * @param openAlerts gives the pending and firing alerts by fingerprint
   * @param runner knows the runs under way
   * @param timeline where notes are kept
   * @param clock says what time it is
   */
  public NoteService(
      Supplier<Map<String, Labels>> openAlerts,
      PlaybookRunner runner,
      Timeline timeline,
      InstantSource clock) {
    this.openAlerts = openAlerts;
    this.runner = runner;
    this.timeline = timeline;
    this.clock = clock;
  }

  /**
   * Takes a note, if it comes from this machine while a playbook runs for its alert, or shortly
   * after, or if it has the token of such a run.
   *
   * @param fingerprint the alert
   * @param action what the note says
   * @param remote where it comes from
   * @param token the value of {@code HMS_RUN_TOKEN}, empty if none was sent
   * @return whether it was taken, and why not
   */
  public NoteAnswer post(String fingerprint, String action, InetAddress remote, String token) {
    if (fingerprint.isEmpty() || action.isEmpty() || action.length() > MAX_NOTE_LENGTH) {
      return new NoteAnswer(
          400,
          "a note needs \"alert\", a fingerprint, and \"action\", 1 to %d characters"
              .formatted(MAX_NOTE_LENGTH),
          List.of());
    }
    Map<String, Labels> open = openAlerts.get();
    Optional<PlaybookRun> run = runner.openRun(fingerprint);
    Labels labels =
        open.getOrDefault(fingerprint, run.map(PlaybookRun::labels).orElse(Labels.EMPTY));
    if (!open.containsKey(fingerprint) && run.isEmpty()) {
      return new NoteAnswer(
          404, "no alert has the fingerprint " + fingerprint, nearest(fingerprint, open));
    }
    boolean authenticated = !token.isEmpty() && runner.isTokenOf(fingerprint, token);
    if (!authenticated && !(remote.isLoopbackAddress() && run.isPresent())) {
      return new NoteAnswer(
          403,
          "notes are taken from this machine while a playbook runs for the alert, or with the"
              + " run's token",
          List.of());
    }
    String who = authenticated ? "authenticated by the run's token" : "unauthenticated";
    timeline.on(
        new AlertEvent(
            clock.millis(),
            AlertEvent.Kind.NOTE,
            fingerprint,
            labels,
            "%s (%s, from %s)".formatted(action, who, remote.getHostAddress())));
    return new NoteAnswer(200, "noted", List.of());
  }

  /**
   * {@return the notes on an alert, oldest first}
   *
   * @param fingerprint the alert
   */
  public List<Note> notes(String fingerprint) {
    return timeline.events(fingerprint).stream()
        .filter(event -> event.kind() == AlertEvent.Kind.NOTE)
        .map(event -> new Note(event.timestampMs(), event.detail()))
        .toList();
  }

  private static List<String> nearest(String fingerprint, Map<String, Labels> open) {
    Map<String, Integer> distances = new LinkedHashMap<>();
    open.keySet().forEach(known -> distances.put(known, EditDistance.of(fingerprint, known)));
    return distances.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.naturalOrder()))
        .limit(NEAREST)
        .map(entry -> entry.getKey() + " " + shown(open.getOrDefault(entry.getKey(), Labels.EMPTY)))
        .toList();
  }

  private static String shown(Labels labels) {
    String name = labels.get("alertname");
    return name
        + labels.filter(label -> !label.equals("alertname") && !label.equals(Label.METRIC_NAME));
  }
}

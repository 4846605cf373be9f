package io.hmsops.server.playbook;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.alerting.AlertListener;
import io.hmsops.server.config.Durations;
import io.hmsops.server.playbook.WebhookBody.PostedAlert;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs playbooks for posted alerts, one process for each firing alert. Returns once they are
 * started; {@link #runs} tells how they went. Thread-safe.
 */
public final class PlaybookRunner implements AutoCloseable {
  /** How many ended runs are remembered. */
  public static final int MAX_REMEMBERED_RUNS = 1_000;

  private final PlaybookOptions options;
  private final PlaybookDirectory directory;
  private final InstantSource clock;
  private final AlertListener listener;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, LiveRun> live = new LinkedHashMap<>();
  private final Deque<PlaybookRun> ended = new ArrayDeque<>();
  private final Map<String, Long> lastStartMs = new HashMap<>();
  private long nextId = 1;
  private boolean closed;

  /** A run under way. */
  private record LiveRun(PlaybookRun run, String token, PlaybookProcess process) {}

  /**
   * Creates a runner.
   *
   * @param options settings
   * @param clock says what time it is
   * @param listener is told of starts, ends and refusals
   */
  public PlaybookRunner(PlaybookOptions options, InstantSource clock, AlertListener listener) {
    this.options = options;
    this.directory = new PlaybookDirectory(options.directory());
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * {@return the names of the playbooks that may be run, sorted}
   *
   * @throws IOException if their directory cannot be read
   */
  public List<String> names() throws IOException {
    return directory.names();
  }

  /**
   * Starts a playbook for each firing alert of a webhook's payload.
   *
   * @param name the playbook's name as requested; only ever compared with the names of files
   * @param body the webhook's payload, JSON
   * @return what was started and what was refused
   */
  public RunAnswer run(String name, String body) {
    Optional<Path> playbook;
    try {
      playbook = directory.find(name);
    } catch (IOException e) {
      return new RunAnswer(
          404, "playbooks cannot be listed: " + e.getMessage(), List.of(), List.of());
    }
    if (playbook.isEmpty()) {
      return new RunAnswer(
          404,
          "no playbook of that name (expected: the name of a file in the playbooks directory)",
          List.of(),
          List.of());
    }
    List<PostedAlert> alerts;
    try {
      alerts = WebhookBody.alerts(body);
    } catch (IOException e) {
      return new RunAnswer(400, String.valueOf(e.getMessage()), List.of(), List.of());
    }
    List<String> started = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (PostedAlert alert : alerts) {
      if (alert.firing()) {
        start(playbook.get(), alert, started, refused);
      }
    }
    boolean onlyRefusals = started.isEmpty() && !refused.isEmpty();
    return new RunAnswer(
        onlyRefusals ? 429 : 202,
        "%d started, %d refused, of %d alerts"
            .formatted(started.size(), refused.size(), alerts.size()),
        started,
        refused);
  }

  private void start(Path playbook, PostedAlert alert, List<String> started, List<String> refused) {
    String name = playbook.getFileName().toString();
    LiveRun run;
    synchronized (this) {
      String refusal = refusal(name, alert.fingerprint());
      if (!refusal.isEmpty()) {
        refused.add(alert.fingerprint() + ": " + refusal);
        tell(AlertEvent.Kind.PLAYBOOK_REFUSED, alert, name + ": " + refusal);
        return;
      }
      try {
        run = launch(playbook, name, alert);
      } catch (IOException e) {
        refused.add(alert.fingerprint() + ": " + e.getMessage());
        tell(AlertEvent.Kind.PLAYBOOK_REFUSED, alert, name + ": " + e.getMessage());
        return;
      }
      live.put(run.run().id(), run);
      lastStartMs.put(cooldownKey(name, alert.fingerprint()), run.run().startedAtMs());
    }
    started.add(run.run().id());
    tell(AlertEvent.Kind.PLAYBOOK_STARTED, alert, name + ", run " + run.run().id());
    Thread.ofVirtual().name("playbook-" + run.run().id()).start(() -> await(run, alert));
  }

  private String refusal(String name, String fingerprint) {
    if (closed) {
      return "the server stops";
    }
    if (live.size() >= options.maxConcurrentRuns()) {
      return "%d playbooks run already (limit: %d)"
          .formatted(live.size(), options.maxConcurrentRuns());
    }
    for (LiveRun run : live.values()) {
      if (run.run().playbook().equals(name) && run.run().fingerprint().equals(fingerprint)) {
        return "it runs for this alert already";
      }
    }
    long nowMs = clock.millis();
    lastStartMs.values().removeIf(startMs -> nowMs - startMs >= options.cooldownMs());
    Long startMs = lastStartMs.get(cooldownKey(name, fingerprint));
    return startMs == null
        ? ""
        : "cooldown: it ran %s ago (limit: once in %s)"
            .formatted(Durations.format(nowMs - startMs), Durations.format(options.cooldownMs()));
  }

  private static String cooldownKey(String name, String fingerprint) {
    return fingerprint + " " + name;
  }

  private LiveRun launch(Path playbook, String name, PostedAlert alert) throws IOException {
    String id = "%d-%s".formatted(nextId++, alert.fingerprint());
    byte[] secret = new byte[16];
    random.nextBytes(secret);
    String token = HexFormat.of().formatHex(secret);
    PlaybookProcess process =
        PlaybookProcess.start(
            PlaybookDirectory.command(playbook),
            directory.path(),
            Map.of(
                "HMS_URL",
                options.serverUrl(),
                "HMS_RUN_ID",
                id,
                "HMS_RUN_TOKEN",
                token,
                "HMS_ALERT_FINGERPRINT",
                alert.fingerprint()),
            options.maxOutputBytes());
    PlaybookRun run =
        new PlaybookRun(
            id,
            name,
            alert.fingerprint(),
            alert.labels(),
            clock.millis(),
            0,
            PlaybookRun.State.RUNNING,
            -1,
            "");
    return new LiveRun(run, token, process);
  }

  private void await(LiveRun live, PostedAlert alert) {
    PlaybookRun run = live.run();
    PlaybookRun.State state;
    int exitCode = -1;
    String output = "";
    try {
      PlaybookProcess.End end = live.process().run(alert.json(), options.timeLimitMs());
      exitCode = end.exitCode();
      output = end.output();
      state =
          end.timedOut()
              ? PlaybookRun.State.TIMED_OUT
              : exitCode == 0 ? PlaybookRun.State.SUCCEEDED : PlaybookRun.State.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      live.process().kill();
      state = PlaybookRun.State.STOPPED;
    }
    end(
        new PlaybookRun(
            run.id(),
            run.playbook(),
            run.fingerprint(),
            run.labels(),
            run.startedAtMs(),
            clock.millis(),
            state,
            exitCode,
            output),
        alert);
  }

  private void end(PlaybookRun run, PostedAlert alert) {
    PlaybookRun recorded;
    synchronized (this) {
      live.remove(run.id());
      recorded = closed ? stopped(run) : run;
      ended.addLast(recorded);
      if (ended.size() > MAX_REMEMBERED_RUNS) {
        ended.removeFirst();
      }
    }
    String took = Durations.format(recorded.endedAtMs() - recorded.startedAtMs());
    String how =
        switch (recorded.state()) {
          case SUCCEEDED -> "succeeded after " + took;
          case FAILED -> "failed with exit code %d after %s".formatted(recorded.exitCode(), took);
          case TIMED_OUT -> "killed at its time limit of " + took;
          case STOPPED -> "killed, the server stops";
          case RUNNING -> throw new AssertionError("an ended run cannot be running");
        };
    tell(AlertEvent.Kind.PLAYBOOK_ENDED, alert, "%s %s".formatted(recorded.playbook(), how));
  }

  private static PlaybookRun stopped(PlaybookRun run) {
    return new PlaybookRun(
        run.id(),
        run.playbook(),
        run.fingerprint(),
        run.labels(),
        run.startedAtMs(),
        run.endedAtMs(),
        PlaybookRun.State.STOPPED,
        run.exitCode(),
        run.output());
  }

  private void tell(AlertEvent.Kind kind, PostedAlert alert, String detail) {
    listener.on(new AlertEvent(clock.millis(), kind, alert.fingerprint(), alert.labels(), detail));
  }

  /** {@return the runs under way and those that ended last, oldest first} */
  public synchronized List<PlaybookRun> runs() {
    List<PlaybookRun> runs = new ArrayList<>(ended);
    live.values().forEach(run -> runs.add(run.run()));
    return runs;
  }

  /**
   * {@return a run for an alert that is under way, or ended less than the grace ago}
   *
   * @param fingerprint the alert
   */
  public synchronized Optional<PlaybookRun> openRun(String fingerprint) {
    for (LiveRun run : live.values()) {
      if (run.run().fingerprint().equals(fingerprint)) {
        return Optional.of(run.run());
      }
    }
    long nowMs = clock.millis();
    return ended.reversed().stream()
        .filter(run -> run.fingerprint().equals(fingerprint))
        .filter(run -> nowMs - run.endedAtMs() <= options.noteGraceMs())
        .findFirst();
  }

  /**
   * {@return whether a token belongs to a run under way for an alert}
   *
   * @param fingerprint the alert
   * @param token the value of {@code HMS_RUN_TOKEN}
   */
  public synchronized boolean isTokenOf(String fingerprint, String token) {
    Collection<LiveRun> runs = live.values();
    return runs.stream()
        .anyMatch(
            run ->
                run.run().fingerprint().equals(fingerprint)
                    && java.security.MessageDigest.isEqual(
                        run.token().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        token.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** Kills what runs and starts nothing more. */
  @Override
  public synchronized void close() {
    closed = true;
    live.values().forEach(run -> run.process().kill());
  }
}

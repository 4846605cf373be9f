package io.hmsops.server.app.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;

/**
 * Tells the passport panic with real processes: a service turns slow, the alert fires, a playbook
 * restarts the service, the alert resolves. Beside it runs the rule as its author wrote it, which
 * fires on the healthy service.
 */
public final class Demo {
  private static final String POD = "photo-validation";
  private static final long START_TIMEOUT_MS = 60_000;
  private static final long FIRE_TIMEOUT_MS = 90_000;
  private static final long RESOLVE_TIMEOUT_MS = 120_000;

  /** Longer than healing takes when there is a playbook. */
  private static final long WITHOUT_PLAYBOOK_WATCH_MS = 45_000;

  /** The rule as written says {@code for: 2m}. */
  private static final long TRAP_TIMEOUT_MS = 180_000;

  private static final long POLL_MS = 200;
  private static final String P95 = "histogram_quantile(0.95, rate(http_latency_ms_bucket[20s]))";

  private final PrintWriter out;
  private final boolean withPlaybook;

  /**
   * Prepares the demo.
   *
   * @param out where to tell the story
   * @param withPlaybook whether the playbook is there; without it the alert must not resolve
   */
  public Demo(PrintWriter out, boolean withPlaybook) {
    this.out = out;
    this.withPlaybook = withPlaybook;
  }

  /**
   * Runs the demo.
   *
   * @return 0 if everything happened as told, else 1
   * @throws IOException if a process cannot be started or asked
   * @throws InterruptedException if the demo is stopped
   */
  public int run() throws IOException, InterruptedException {
    try (DemoFiles files = new DemoFiles()) {
      return withPlaybook ? bothParts(files) : withoutPlaybook(files);
    } catch (UnexpectedException e) {
      say("FAILED: " + e.getMessage());
      return 1;
    }
  }

  private int bothParts(DemoFiles files) throws IOException, InterruptedException {
    try (PhotoService healthy = PhotoService.start(files.service(), files.services(), "healthy");
        DemoServer trap = trapServer(files, healthy)) {
      say(
          "Part 1: the rule as its author wrote it, over a healthy service (pid %d)"
              .formatted(healthy.firstPid()));
      await("the first server is ready", START_TIMEOUT_MS, trap::isReady);
      printLints(trap);
      await("the latency is known", START_TIMEOUT_MS, () -> trap.query(P95) > 0);
      say("  p95 of the healthy service: %.0f ms, more than 5".formatted(trap.query(P95)));
      await(
          "the alert is pending",
          START_TIMEOUT_MS,
          () -> trap.hasAlert("pending") || trap.hasAlert("firing"));
      say("  the alert is pending already, and the service is well. `for: 2m` runs on; meanwhile:");
      int code = healing(files);
      say("");
      say("Part 1 again: waiting for the rule as written to fire");
      await("the rule as written fires", TRAP_TIMEOUT_MS, () -> trap.hasAlert("firing"));
      say("  it fires on the healthy service: p95 is %.0f ms".formatted(trap.query(P95)));
      check(trap.query(P95) < 1000, "the service of part 1 is healthy");
      say("");
      say("Everything happened.");
      return code;
    }
  }

  private static DemoServer trapServer(DemoFiles files, PhotoService healthy) throws IOException {
    return DemoServer.start(
        files.serverDirectory("as-written", healthy.port(), "passport-as-written.yaml"),
        FreePort.find());
  }

  private void printLints(DemoServer server) throws IOException, InterruptedException {
    boolean found = false;
    for (String lint : server.lints()) {
      say("  lint: " + lint);
      found |= lint.contains("5 s is 5000");
    }
    check(found, "the lint says that 5 s is 5000");
  }

  private int healing(DemoFiles files) throws IOException, InterruptedException {
    say("");
    say("Part 2: the corrected rule (> 5000, [20s], for: 10s), a receiver, and a playbook");
    try (PhotoService service = PhotoService.start(files.service(), files.services(), POD);
        DemoServer server = healingServer(files, service)) {
      Story story = toFiring(service, server);
      double fired = story.secondsTo("firing");
      await("the playbook has ended", RESOLVE_TIMEOUT_MS, () -> story.saw("playbook_ended"));
      await("there is a note", RESOLVE_TIMEOUT_MS, () -> story.saw("note"));
      await(
          "the latency is down",
          RESOLVE_TIMEOUT_MS,
          () -> story.follow() && server.query(P95) < 5000);
      double healed = story.secondsSoFar();
      await("the alert is resolved", RESOLVE_TIMEOUT_MS, () -> story.saw("resolved"));
      check(service.pid() != service.firstPid(), "the service has another pid");
      check(
          story.alertOf("note").equals(story.alertOf("firing")),
          "the note carries the alert's fingerprint");
      say(
          "  pid %d became %d; p95 is %.0f ms"
              .formatted(service.firstPid(), service.pid(), server.query(P95)));
      say(
          "  fired after %.1f s, healed after %.1f s, resolved after %.1f s"
              .formatted(fired, healed, story.secondsTo("resolved")));
      return 0;
    }
  }

  private int withoutPlaybook(DemoFiles files) throws IOException, InterruptedException {
    say("The counter-test: the same story, but the playbook is not there");
    try (PhotoService service = PhotoService.start(files.service(), files.services(), POD);
        DemoServer server = healingServer(files, service)) {
      Story story = toFiring(service, server);
      long untilNanos = System.nanoTime() + WITHOUT_PLAYBOOK_WATCH_MS * 1_000_000;
      while (System.nanoTime() < untilNanos) {
        check(!story.saw("resolved"), "the alert does not resolve without the playbook");
        Thread.sleep(POLL_MS);
      }
      check(server.hasAlert("firing"), "the alert still fires");
      check(service.pid() == service.firstPid(), "nobody restarted the service");
      say(
          "  still firing %d s later, as it must; p95 is %.0f ms"
              .formatted(WITHOUT_PLAYBOOK_WATCH_MS / 1000, server.query(P95)));
      return 0;
    }
  }

  private DemoServer healingServer(DemoFiles files, PhotoService service) throws IOException {
    int port = FreePort.find();
    var directory = files.serverDirectory("healing", service.port(), "passport.yaml");
    files.addHealing(directory, port, withPlaybook);
    return DemoServer.start(directory, port);
  }

  private Story toFiring(PhotoService service, DemoServer server)
      throws IOException, InterruptedException {
    await("the server is ready", START_TIMEOUT_MS, server::isReady);
    await("the latency is known", START_TIMEOUT_MS, () -> server.query(P95) > 0);
    say(
        "  the service is healthy: pid %d, p95 %.0f ms; now it turns slow"
            .formatted(service.firstPid(), server.query(P95)));
    server.post(service.url() + "/degrade");
    Story story = new Story(server, out);
    await("the alert fires", FIRE_TIMEOUT_MS, () -> story.saw("firing"));
    return story;
  }

  /** Something to wait for. */
  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private static void await(String what, long timeoutMs, Condition condition)
      throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + timeoutMs * 1_000_000;
    while (!condition.holds()) {
      if (System.nanoTime() > deadlineNanos) {
        throw new UnexpectedException("waited %d s for: %s".formatted(timeoutMs / 1000, what));
      }
      Thread.sleep(POLL_MS);
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new UnexpectedException("expected: " + what);
    }
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  /** The story went another way. */
  private static final class UnexpectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnexpectedException(String message) {
      super(message);
    }
  }

  static String text(Map<?, ?> map, String name) {
    return map.get(name) instanceof String text ? text : "";
  }
}

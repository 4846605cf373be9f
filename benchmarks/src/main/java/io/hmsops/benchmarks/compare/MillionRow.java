package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A million series: what the process holds for them, and how it comes back after a kill. */
final class MillionRow implements Row {
  private static final String MEMORY = "memory";
  private static final String RESTART = "restart";
  private static final int SERIES = 1_000_000;
  private static final int SCRAPES = 12;
  private static final Duration RESTART_LIMIT = Duration.ofMinutes(3);
  private static final long POLL_MS = 20;
  private static final Line BYTES =
      Line.atMost(MEMORY, "RSS at 1 M series (counter x 12)", "bytes/series", 450);
  private static final Line CPU =
      Line.without(MEMORY, "… writing them, until quiet", "CPU-s/M samples");
  private static final Line WALL =
      Line.atMost(RESTART, "kill -9 at that point, to the right count()", "s", 1.5);
  private static final Line RESTART_CPU = Line.without(RESTART, "… CPU", "CPU-s");
  private static final Line RESTART_RSS = Line.without(RESTART, "… RSS", "bytes/series");

  @Override
  public List<String> names() {
    return List.of(MEMORY, RESTART);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    Load load = new CounterLoad(settings.scaled(SERIES, 1_000), SCRAPES, settings.startMs(SCRAPES));
    report.note("memory, restart: " + load.description());
    try (RunningServer server = RunningServer.start(contestant, settings, null)) {
      double before = server.figures().cpuSeconds();
      long samples = new LoadWriter(server.port(), load, LoadWriter.SAMPLES_PER_REQUEST).write();
      server.awaitQuiet(Duration.ofSeconds(60));
      double cpu = server.figures().cpuSeconds() - before;
      ProcessFigures figures = server.figures();
      report.put(
          BYTES,
          contestant,
          (double) figures.rssBytes() / load.series(),
          "of it files %s MB".formatted(Report.number(figures.rssFileBytes() / 1e6)));
      report.put(CPU, contestant, cpu / samples * 1e6);
      contestant.flush(server);
      server.awaitQuiet(Duration.ofSeconds(30));
      restart(server, load, report);
    }
  }

  private static void restart(RunningServer server, Load load, Report report) throws IOException {
    long atMs = load.timestampMs(0, load.scrapes() - 1) + CounterLoad.SCRAPE_MS / 2;
    String count = Counts.instant(server.contestant(), "count(bench_requests_total)", atMs);
    long begin = System.nanoTime();
    server.killAndStartAgain();
    double last = awaitCount(server, count, load.series());
    double wall = (System.nanoTime() - begin) / 1e9;
    if (last != load.series()) {
      throw new IOException(
          "count() is %.0f %s after a kill (expected: %d)"
              .formatted(last, RESTART_LIMIT, load.series()));
    }
    report.put(WALL, server.contestant(), wall);
    report.put(RESTART_CPU, server.contestant(), server.figures().cpuSeconds());
    server.awaitQuiet(Duration.ofSeconds(20));
    report.put(
        RESTART_RSS, server.contestant(), (double) server.figures().rssBytes() / load.series());
    Counts.requireStored(server, load);
  }

  /**
   * {@return the count, or the last one if it does not become right in time; −1 if there was none}
   */
  private static double awaitCount(RunningServer server, String count, int expected)
      throws IOException {
    double last = -1;
    long deadline = System.nanoTime() + RESTART_LIMIT.toNanos();
    while (last != expected && System.nanoTime() < deadline) {
      server.requireAlive();
      try {
        HttpConnection.Response response = server.ask(count);
        if (response.ok()) {
          last = Answer.parse(response.text()).onlyValue();
        } else {
          RunningServer.pause(POLL_MS);
        }
      } catch (java.net.SocketException e) {
        // Not listening yet.
        RunningServer.pause(POLL_MS);
      }
    }
    return last;
  }
}

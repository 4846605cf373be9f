package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many small queries at once over connections that are kept open. */
final class SmallQueryRow implements Row {
  private static final String NAME = "small-query";
  private static final int SERIES = 1_000;
  private static final int SCRAPES = 260;
  private static final int CONNECTIONS = 16;
  private static final int WARM_UP_SECONDS = 8;
  private static final int SECONDS = 8;

  private final AnswerBook answers = new AnswerBook();

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    Load load = new CounterLoad(SERIES, SCRAPES, settings.startMs(SCRAPES));
    report.note(
        "small-query: %s; %d connections, %d s after %d s of warming up; the client shares the machine"
            .formatted(load.description(), CONNECTIONS, SECONDS, WARM_UP_SECONDS));
    try (RunningServer server = RunningServer.start(contestant, settings, null)) {
      new LoadWriter(server.port(), load, LoadWriter.SAMPLES_PER_REQUEST).write();
      contestant.flush(server);
      server.awaitQuiet(Duration.ofSeconds(20));
      long atMs = load.timestampMs(0, SCRAPES - 1) + 7_000;
      measure(
          server,
          settings,
          "one series",
          "bench_requests_total{series=\"107\"}",
          true,
          45,
          20_000,
          atMs,
          report);
      measure(
          server,
          settings,
          "20 series",
          "sum by (code) (rate(bench_requests_total{job=\"svc-07\"}[5m]))",
          false,
          70,
          15_000,
          atMs,
          report);
    }
  }

  private void measure(
      RunningServer server,
      Settings settings,
      String what,
      String query,
      boolean victoriaMetricsAgrees,
      double cpuGoal,
      double rateGoal,
      long atMs,
      Report report)
      throws IOException {
    Contestant contestant = server.contestant();
    String path = Counts.instant(contestant, query, atMs);
    answers.put(query, victoriaMetricsAgrees, contestant, Answer.parse(server.get(path)));
    ask(server, path, settings.seconds(WARM_UP_SECONDS));
    double before = server.figures().cpuSeconds();
    long begin = System.nanoTime();
    long requests = ask(server, path, settings.seconds(SECONDS));
    double wall = (System.nanoTime() - begin) / 1e9;
    double cpu = server.figures().cpuSeconds() - before;
    report.put(
        Line.atMost(NAME, query + ", " + what, "CPU-us/request", cpuGoal),
        contestant,
        cpu / requests * 1e6);
    report.put(
        Line.atLeast(NAME, query + ", " + what, "requests/s", rateGoal),
        contestant,
        requests / wall);
  }

  private static long ask(RunningServer server, String path, double seconds) throws IOException {
    long deadline = System.nanoTime() + (long) (seconds * 1e9);
    long requests = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<Long>> parts = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        parts.add(threads.submit(() -> askUntil(server.port(), path, deadline)));
      }
      for (Future<Long> part : parts) {
        requests += part.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("small queries: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return requests;
  }

  private static long askUntil(int port, String path, long deadline) throws IOException {
    long requests = 0;
    int length = -1;
    try (HttpConnection connection = new HttpConnection(port)) {
      while (System.nanoTime() < deadline) {
        HttpConnection.Response response = connection.get(path);
        length = length < 0 ? response.text().length() : length;
        if (!response.ok() || Math.abs(response.length() - length) > 100) {
          throw new IOException("status %d: %s".formatted(response.status(), response.excerpt()));
        }
        requests++;
      }
    }
    return requests;
  }

  @Override
  public void compare(Report report) {
    answers.compare(report);
  }
}

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
  private static final int SECONDS = 8;

  /** Enough for the just-in-time compiler to be done. */
  private static final int WARM_UP_REQUESTS = 100_000;

  private static final int WARM_UP_ROUNDS = 6;

  /** A query, whether VictoriaMetrics means the same by it, and the goals. */
  private record SmallQuery(
      String text, boolean victoriaMetricsAgrees, double cpuGoal, double rateGoal) {}

  private static final List<SmallQuery> QUERIES =
      List.of(
          new SmallQuery("bench_requests_total{series=\"107\"}", true, 45, 20_000),
          new SmallQuery(
              "sum by (code) (rate(bench_requests_total{job=\"svc-07\"}[5m]))", false, 70, 15_000));

  private final AnswerBook answers = new AnswerBook();

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    Load load = new CounterLoad(SERIES, SCRAPES, settings.startMs(SCRAPES));
    report.note(
        "small-query: %s; %d connections, %d s after warming up by %,d requests; the client shares the machine"
            .formatted(load.description(), CONNECTIONS, SECONDS, WARM_UP_REQUESTS));
    try (RunningServer server = RunningServer.start(contestant, settings, null)) {
      new LoadWriter(server.port(), load, LoadWriter.SAMPLES_PER_REQUEST).write();
      contestant.flush(server);
      server.awaitQuiet(Duration.ofSeconds(20));
      long atMs = load.timestampMs(0, SCRAPES - 1) + 7_000;
      for (SmallQuery query : QUERIES) {
        measure(server, query, atMs, settings.seconds(SECONDS), report);
      }
    }
  }

  private void measure(
      RunningServer server, SmallQuery query, long atMs, double seconds, Report report)
      throws IOException {
    Contestant contestant = server.contestant();
    String path = Counts.instant(contestant, query.text(), atMs);
    answers.put(
        query.text(), query.victoriaMetricsAgrees(), contestant, Answer.parse(server.get(path)));
    long warm = 0;
    for (int i = 0; i < WARM_UP_ROUNDS && warm < WARM_UP_REQUESTS; i++) {
      warm += ask(server, path, seconds);
    }
    double before = server.figures().cpuSeconds();
    long begin = System.nanoTime();
    long requests = ask(server, path, seconds);
    double wall = (System.nanoTime() - begin) / 1e9;
    double cpu = server.figures().cpuSeconds() - before;
    report.put(
        Line.atMost(NAME, query.text(), "CPU-us/request", query.cpuGoal()),
        contestant,
        cpu / requests * 1e6);
    report.put(
        Line.atLeast(NAME, query.text(), "requests/s", query.rateGoal()),
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

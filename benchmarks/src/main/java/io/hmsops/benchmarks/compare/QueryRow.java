package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Six dashboard queries over 100,000 series of 260 samples that are still in memory. */
final class QueryRow implements Row {
  private static final String NAME = "query";
  private static final int SERIES = 100_000;
  private static final int SCRAPES = 260;
  private static final int RANGE_MS = 3_600_000;
  private static final int STEP_SECONDS = 15;

  /** Off the grid of samples, so that none lies on the edge of a window. */
  private static final int BETWEEN_SCRAPES_MS = 7_000;

  private static final double ENOUGH_SECONDS = 3;
  private static final double MB = 1e6;
  private static final Line HIGHEST = Line.atMost(NAME, "highest RSS during these", "MB", 400);
  private static final Line FIRST =
      Line.atMost(NAME, "peak additional memory of the first query", "MB", 64);

  private final AnswerBook answers = new AnswerBook();

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    int series = settings.scaled(SERIES, 1_000);
    long startMs = settings.startMs(SCRAPES);
    report.note(
        ("query: the first run beside it as cold, then one warm-up, then the mean of at least 3;"
                + " values are the same within %s of the larger")
            .formatted(Answer.TOLERANCE));
    double highest =
        run(new CounterLoad(series, SCRAPES, startMs), false, contestant, settings, report);
    highest =
        Math.max(
            highest,
            run(new HistogramLoad(series, SCRAPES, startMs), true, contestant, settings, report));
    report.put(HIGHEST, contestant, highest / MB);
  }

  private double run(
      Load load, boolean histogram, Contestant contestant, Settings settings, Report report)
      throws IOException {
    report.note("query: " + load.description());
    try (RunningServer server = RunningServer.start(contestant, settings, null)) {
      new LoadWriter(server.port(), load, LoadWriter.SAMPLES_PER_REQUEST).write();
      contestant.flush(server);
      server.awaitQuiet(Duration.ofSeconds(30));
      Counts.requireStored(server, load);
      ProcessFigures figures = server.figures();
      long before = figures.rssBytes();
      figures.resetHighest();
      long endMs = load.timestampMs(0, SCRAPES - 1) + BETWEEN_SCRAPES_MS;
      boolean first = true;
      for (BenchQuery query : BenchQuery.ALL) {
        if (query.histogram() == histogram) {
          ask(server, query, endMs, settings.seconds(ENOUGH_SECONDS), report);
          if (first && !histogram) {
            report.put(FIRST, contestant, (figures.highestRssBytes() - before) / MB);
          }
          first = false;
        }
      }
      return figures.highestRssBytes();
    }
  }

  private void ask(
      RunningServer server, BenchQuery query, long endMs, double enoughSeconds, Report report)
      throws IOException {
    Contestant contestant = server.contestant();
    put(
        server,
        query,
        query.rangeLine(NAME),
        Counts.range(contestant, query.text(), endMs - RANGE_MS, endMs, STEP_SECONDS),
        enoughSeconds,
        report);
    put(
        server,
        query,
        query.instantLine(NAME),
        Counts.instant(contestant, query.text(), endMs),
        enoughSeconds,
        report);
  }

  private void put(
      RunningServer server,
      BenchQuery query,
      Line line,
      String path,
      double enoughSeconds,
      Report report)
      throws IOException {
    QueryTimer timer = QueryTimer.measure(server, path, enoughSeconds);
    report.put(
        line,
        server.contestant(),
        timer.cpuSeconds(),
        "cold %s".formatted(Report.number(timer.coldCpuSeconds())));
    answers.put(
        line.what(),
        query.victoriaMetricsAgrees(),
        server.contestant(),
        Answer.parse(timer.text()));
  }

  @Override
  public void compare(Report report) {
    answers.compare(report);
  }
}

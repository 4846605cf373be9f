package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What a sample costs that arrives by remote write, and what the process holds afterwards. */
final class IngestRow implements Row {
  private static final String NAME = "ingest";
  private static final int INSTANCES = 91;
  private static final int SCRAPES = 100;
  private static final double MB = 1e6;
  private static final Line CPU =
      Line.atMost(NAME, "remote write, corpus, 100k series x 100", "CPU-s/M samples", 0.7);
  private static final Line CPU_QUIET =
      Line.without(NAME, "… until quiet again, with merges", "CPU-s/M samples");
  private static final Line WALL = Line.without(NAME, "… wall time", "s/M samples");
  private static final Line RSS = Line.atMost(NAME, "RSS after that", "MB", 180);
  private static final Line START =
      Line.atMost(NAME, "cold start, empty directory to first 200", "s", 0.5);

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    Load load =
        CorpusLoad.dilated(
            settings.corpus(),
            settings.scaled(INSTANCES, 1),
            SCRAPES,
            0,
            settings.startMs(SCRAPES));
    report.note("ingest: " + load.description());
    try (RunningServer server = RunningServer.start(contestant, settings, null)) {
      report.put(START, contestant, server.startSeconds());
      server.awaitQuiet(Duration.ofSeconds(10));
      double before = server.figures().cpuSeconds();
      long begin = System.nanoTime();
      long samples = new LoadWriter(server.port(), load, LoadWriter.SAMPLES_PER_REQUEST).write();
      double wall = (System.nanoTime() - begin) / 1e9;
      double cpu = server.figures().cpuSeconds() - before;
      server.awaitQuiet(Duration.ofSeconds(20));
      double quiet = server.figures().cpuSeconds() - before;
      report.put(CPU, contestant, cpu / samples * 1e6);
      report.put(CPU_QUIET, contestant, quiet / samples * 1e6);
      report.put(WALL, contestant, wall / samples * 1e6);
      ProcessFigures figures = server.figures();
      report.put(
          RSS,
          contestant,
          figures.rssBytes() / MB,
          "of it files %s".formatted(Report.number(figures.rssFileBytes() / MB)));
      Counts.requireStored(server, load);
    }
  }
}

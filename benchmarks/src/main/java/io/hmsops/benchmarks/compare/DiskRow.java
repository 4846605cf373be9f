package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How many bytes a sample takes on disk once everything is compacted: data and index. */
final class DiskRow implements Row {
  private static final String NAME = "disk";
  private static final String UNIT = "bytes/sample";
  private static final int INSTANCES = 8;
  private static final int SCRAPES = 2_400;
  private static final int LEAST_SCRAPES = 300;

  /** A shape and the line it fills. */
  private record Shape(Line line, boolean dilated, int instances, int jitterMs) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(Line.atMost(NAME, "dilated, jitter 0", UNIT, 0.23), true, INSTANCES, 0),
          new Shape(Line.atMost(NAME, "dilated, jitter 3", UNIT, 0.24), true, INSTANCES, 3),
          new Shape(Line.atMost(NAME, "true 15 s, jitter 0", UNIT, 0.65), false, 0, 0),
          new Shape(Line.atMost(NAME, "true 15 s, jitter 3", UNIT, 0.66), false, 0, 3),
          new Shape(Line.without(NAME, "dilated, jitter 0, one instance", UNIT), true, 1, 0));

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    report.note(
        "disk: ours after POST /api/v1/admin/tsdb/compact, without wal/ and cache/; Prometheus's snapshot,"
            + " which has the head as a block; VictoriaMetrics after /internal/force_merge, without"
            + " cache/; beside it the CPU of that step");
    for (Shape shape : SHAPES) {
      run(shape, contestant, settings, report);
    }
  }

  private static void run(Shape shape, Contestant contestant, Settings settings, Report report)
      throws IOException {
    Load load = load(shape, settings);
    report.note("disk: " + load.description());
    try (RunningServer server = RunningServer.start(contestant, settings, null)) {
      long samples = new LoadWriter(server.port(), load, settings.corpus().size()).write();
      server.awaitQuiet(Duration.ofSeconds(30));
      Counts.requireStored(server, load);
      double before = server.figures().cpuSeconds();
      long bytes = contestant.compactedBytes(server);
      double cpu = server.figures().cpuSeconds() - before;
      report.put(
          shape.line(),
          contestant,
          (double) bytes / samples,
          "%s CPU-s".formatted(Report.number(cpu)));
      Counts.requireStored(server, load);
    }
  }

  private static Load load(Shape shape, Settings settings) {
    Corpus corpus = settings.corpus();
    if (shape.dilated()) {
      int scrapes = settings.scaled(SCRAPES, LEAST_SCRAPES);
      return CorpusLoad.dilated(
          corpus,
          settings.scaled(shape.instances(), 1),
          scrapes,
          shape.jitterMs(),
          settings.startMs(scrapes));
    }
    return CorpusLoad.true15s(
        corpus, shape.jitterMs(), settings.startMs(CorpusLoad.trueScrapes(corpus)));
  }
}

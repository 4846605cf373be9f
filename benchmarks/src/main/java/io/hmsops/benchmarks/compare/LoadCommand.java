package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives a load to a server that is already running on loopback. */
@Command(
    name = "load",
    description =
        "Sends a load by remote write to a server on loopback; with --pid, tells its CPU.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class LoadCommand implements Callable<Integer> {

  /** The shapes of the load. */
  enum Shape {
    CORPUS,
    TRUE15S,
    COUNTER,
    HISTOGRAM,
    PATHS
  }

  @Option(names = "--port", required = true, description = "The server's port on 127.0.0.1.")
  private int port;

  @Option(names = "--pid", description = "The server's process.")
  private @Nullable Long pid;

  @Option(
      names = "--shape",
      description = "${COMPLETION-CANDIDATES}; case does not matter.",
      converter = ShapeConverter.class)
  private Shape shape = Shape.CORPUS;

  @Option(names = "--series", description = "How many series (of the corpus: rounded to targets).")
  private int series = 100_000;

  @Option(names = "--scrapes", description = "How many samples each.")
  private int scrapes = 100;

  @Option(names = "--jitter-ms", description = "Of the corpus.")
  private int jitterMs;

  @Option(names = "--samples-per-request")
  private int samplesPerRequest = LoadWriter.SAMPLES_PER_REQUEST;

  @Mixin private CorpusOption corpus = new CorpusOption();

  /** Reads a shape in any case. */
  static final class ShapeConverter implements picocli.CommandLine.ITypeConverter<Shape> {
    ShapeConverter() {}

    @Override
    public Shape convert(String value) {
      return Shape.valueOf(value.toUpperCase(Locale.ROOT));
    }
  }

  LoadCommand() {}

  @Override
  public Integer call() throws IOException {
    Load load = load();
    System.out.println(load.description());
    double before = cpu();
    long begin = System.nanoTime();
    long samples = new LoadWriter(port, load, samplesPerRequest).write();
    double wall = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,d samples in %.2f s; last at %d ms%n",
        samples,
        wall,
        load.timestampMs(0, load.scrapes() - 1));
    if (pid != null) {
      System.out.printf(
          Locale.ROOT,
          "%.3f CPU-s per million samples; RSS %d MB%n",
          (cpu() - before) / samples * 1e6,
          new ProcessFigures(pid).rssBytes() / 1_000_000);
    }
    return 0;
  }

  private double cpu() throws IOException {
    return pid == null ? 0 : new ProcessFigures(pid).cpuSeconds();
  }

  private Load load() throws IOException {
    Corpus recorded = corpus.read(Path.of(System.getProperty("hms.root", ".")));
    long nowMs = System.currentTimeMillis();
    Settings settings = new Settings(Path.of("."), 1, "", recorded, nowMs);
    long startMs = settings.startMs(scrapes);
    return switch (shape) {
      case CORPUS ->
          CorpusLoad.dilated(
              recorded, Math.max(1, series / recorded.size()), scrapes, jitterMs, startMs);
      case TRUE15S ->
          CorpusLoad.true15s(
              recorded, jitterMs, settings.startMs(CorpusLoad.trueScrapes(recorded)));
      case COUNTER -> new CounterLoad(series, scrapes, startMs);
      case HISTOGRAM -> new HistogramLoad(series, scrapes, startMs);
      case PATHS -> new PathLoad(series, settings.startMs(1));
    };
  }
}

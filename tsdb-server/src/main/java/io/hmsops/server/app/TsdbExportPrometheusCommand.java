package io.hmsops.server.app;

import io.hmsops.tsdb.tool.prometheus.PrometheusExport;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hms tsdb export-prometheus}. */
@Command(
    name = "export-prometheus",
    description =
        "Write a data directory's samples as blocks that Prometheus opens. Exemplars and start"
            + " timestamps have no place in them.",
    mixinStandardHelpOptions = true)
final class TsdbExportPrometheusCommand implements Callable<Integer> {
  @Mixin private ClosedData data = new ClosedData();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "Where the blocks go; what is there stays")
  private Path target = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "TIME",
      defaultValue = "",
      description = "The first time, like 2026-01-31T00:00:00Z. Default: the oldest sample")
  private String from = "";

  @Option(
      names = "--until",
      paramLabel = "TIME",
      defaultValue = "",
      description = "The last time, inclusive. Default: the newest sample")
  private String until = "";

  @Option(
      names = "--block-hours",
      defaultValue = "2",
      description = "The range of a block. Default: ${DEFAULT-VALUE}")
  private int blockHours;

  @Option(
      names = "--custom-buckets",
      description =
          "Also write native histograms with custom buckets, which Prometheus reads from 3.0 on."
              + " Default: such a histogram ends the export")
  private boolean customBuckets;

  @Override
  public Integer call() throws Failure {
    if (blockHours < 1) {
      throw new Failure(
          ExitCode.USAGE, "--block-hours: %d (expected: at least 1)".formatted(blockHours), null);
    }
    long fromMs = time("--from", from, Long.MIN_VALUE);
    long untilMs = time("--until", until, Long.MAX_VALUE);
    if (fromMs > untilMs) {
      throw new Failure(
          ExitCode.USAGE,
          "--from: %s is later than --until, %s (expected: not later)".formatted(from, until),
          null);
    }
    PrometheusExport.Plan plan =
        new PrometheusExport.Plan(
            fromMs, untilMs, Duration.ofHours(blockHours), customBuckets, new SecureRandom());
    return data.runOpen(
        (store, out) -> {
          PrometheusExport done = PrometheusExport.of(store, target, plan, out::println);
          out.printf("%d blocks, %d samples%n", done.blocks(), done.samples());
          if (done.startTimestamps() > 0) {
            out.printf("left out: %d start timestamps%n", done.startTimestamps());
          }
          store.stats().problems().forEach(out::println);
          return store.stats().problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        });
  }

  private static long time(String option, String text, long missing) throws Failure {
    if (text.isEmpty()) {
      return missing;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new Failure(
          ExitCode.USAGE,
          "%s: %s (expected: a time like 2026-01-31T00:00:00Z)".formatted(option, text),
          e);
    }
  }
}

package io.hmsops.server.app;

import io.hmsops.server.config.ByteSizes;
import io.hmsops.tsdb.db.Options;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code hms run} that bound what new series may take, {@code --storage.…}. */
final class StoreLimitOptions {
  @Option(
      names = {"--storage.max-series"},
      paramLabel = "N",
      description = "Series in memory; new ones beyond are refused. Default: 10000000")
  @Nullable Integer maxSeries;

  @Option(
      names = {"--storage.max-series-per-metric"},
      paramLabel = "N",
      description = "Series of one metric in memory. Default: 5000000")
  @Nullable Integer maxSeriesPerMetric;

  @Option(
      names = {"--storage.max-new-series-per-batch"},
      paramLabel = "N",
      description = "Series that one scrape or one write request may create. Default: 5000000")
  @Nullable Integer maxNewSeriesPerBatch;

  @Option(
      names = {"--storage.memory-limit"},
      paramLabel = "SIZE",
      description =
          "Memory that series, chunks and index may take before new series are refused, like 512MB."
              + " Default: 35 %% of the heap over 16 MiB")
  @Nullable String memoryLimit;

  /** Sets what is stated. */
  void apply(Options.Builder builder) throws Failure {
    if (maxSeries != null) {
      builder.maxSeries(positive("max-series", maxSeries));
    }
    if (maxSeriesPerMetric != null) {
      builder.maxSeriesPerMetric(positive("max-series-per-metric", maxSeriesPerMetric));
    }
    if (maxNewSeriesPerBatch != null) {
      builder.maxNewSeriesPerBatch(positive("max-new-series-per-batch", maxNewSeriesPerBatch));
    }
    if (memoryLimit != null) {
      builder.memoryLimitBytes(bytes(memoryLimit));
    }
  }

  private static int positive(String name, int value) throws Failure {
    if (value < 1) {
      throw new Failure(
          ExitCode.USAGE, "--storage.%s: %d (expected: at least 1)".formatted(name, value), null);
    }
    return value;
  }

  private static long bytes(String text) throws Failure {
    try {
      long bytes = ByteSizes.parse(text);
      if (bytes > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, "--storage.memory-limit: " + e.getMessage(), e);
    }
    throw new Failure(
        ExitCode.USAGE, "--storage.memory-limit: %s (expected: more than 0)".formatted(text), null);
  }

  /** Adds the limits at work, by the options' names. */
  static void addFlags(Options options, Map<String, String> flags) {
    flags.put("storage.max-series", Integer.toString(options.maxSeries()));
    flags.put("storage.max-series-per-metric", Integer.toString(options.maxSeriesPerMetric()));
    flags.put("storage.max-new-series-per-batch", Integer.toString(options.maxNewSeriesPerBatch()));
    flags.put("storage.memory-limit", Long.toString(options.memoryLimitBytes()));
  }
}

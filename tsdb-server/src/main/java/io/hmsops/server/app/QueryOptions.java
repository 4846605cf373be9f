package io.hmsops.server.app;

import io.hmsops.query.engine.EngineLimits;
import io.hmsops.server.config.ByteSizes;
import io.hmsops.server.config.Durations;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code hms run} that bound queries, {@code --query.…}. */
final class QueryOptions {
  @Option(
      names = {"--query.max-concurrency"},
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Large queries evaluated at a time; as many small ones run beside them. Default:"
              + " ${DEFAULT-VALUE}")
  int maxConcurrency = 20;

  @Option(
      names = {"--query.max-samples"},
      paramLabel = "N",
      defaultValue = "50000000",
      description = "Samples that one query may hold in memory. Default: ${DEFAULT-VALUE}")
  long maxSamples = 50_000_000;

  @Option(
      names = {"--query.max-memory"},
      paramLabel = "SIZE",
      description = "Memory that one query may hold, like 512MB. Default: a quarter of the heap")
  @Nullable String maxMemory;

  @Option(
      names = {"--query.max-total-memory"},
      paramLabel = "SIZE",
      description = "Memory that all queries together may hold. Default: half of the heap")
  @Nullable String maxTotalMemory;

  @Option(
      names = {"--query.max-result-series"},
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Series of one answer. Default: ${DEFAULT-VALUE}")
  int maxResultSeries = 1_000_000;

  @Option(
      names = {"--query.max-result-bytes"},
      paramLabel = "SIZE",
      description = "Memory of one answer, like 128MB. Default: an eighth of the heap")
  @Nullable String maxResultBytes;

  @Option(
      names = {"--query.max-queued"},
      paramLabel = "N",
      defaultValue = "1000",
      description = "Queries that wait to be evaluated. Default: ${DEFAULT-VALUE}")
  int maxQueued = 1000;

  @Option(
      names = {"--query.queue-timeout"},
      paramLabel = "DURATION",
      defaultValue = "1m",
      description = "How long a query waits to be evaluated. Default: ${DEFAULT-VALUE}")
  String queueTimeout = "1m";

  @Option(
      names = {"--query.small-samples"},
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "A query that reads or holds more samples, or finds more series, waits among the large"
              + " ones. Default: ${DEFAULT-VALUE}")
  long smallSamples = 20_000;

  @Option(
      names = {"--query.plan-cache-entries"},
      paramLabel = "N",
      defaultValue = "1000",
      description = "Plans kept, 0 for none. Default: ${DEFAULT-VALUE}")
  int planCacheEntries = 1000;

  @Option(
      names = {"--query.plan-cache-bytes"},
      paramLabel = "SIZE",
      defaultValue = "16MB",
      description = "Memory of the plans kept. Default: ${DEFAULT-VALUE}")
  String planCacheBytes = "16MB";

  EngineLimits limits() throws Failure {
    EngineLimits defaults = EngineLimits.defaults();
    try {
      return defaults.toBuilder()
          .maxSamples(maxSamples)
          .maxMemoryBytes(bytes("max-memory", maxMemory, defaults.maxMemoryBytes()))
          .maxTotalMemoryBytes(
              bytes("max-total-memory", maxTotalMemory, defaults.maxTotalMemoryBytes()))
          .maxResult(
              maxResultSeries, bytes("max-result-bytes", maxResultBytes, defaults.maxResultBytes()))
          .maxConcurrency(maxConcurrency)
          .queue(maxQueued, durationMs("queue-timeout", queueTimeout))
          .smallSamples(smallSamples)
          .planCache(planCacheEntries, bytes("plan-cache-bytes", planCacheBytes, 0))
          .build();
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, "--" + e.getMessage(), e);
    }
  }

  private static long bytes(String name, @Nullable String text, long absent) {
    try {
      return text == null ? absent : ByteSizes.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("query.%s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static long durationMs(String name, String text) {
    try {
      return Durations.parseMs(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "query.%s: %s (expected: a duration like 1m)".formatted(name, text), e);
    }
  }

  /** Adds the limits at work, by the options' names. */
  static void addFlags(EngineLimits limits, Map<String, String> flags) {
    flags.put("query.max-concurrency", Integer.toString(limits.maxConcurrency()));
    flags.put("query.max-samples", Long.toString(limits.maxSamples()));
    flags.put("query.max-memory", limits.maxMemoryBytes() + "B");
    flags.put("query.max-total-memory", limits.maxTotalMemoryBytes() + "B");
    flags.put("query.max-result-series", Integer.toString(limits.maxResultSeries()));
    flags.put("query.max-result-bytes", limits.maxResultBytes() + "B");
    flags.put("query.max-queued", Integer.toString(limits.maxQueued()));
    flags.put("query.queue-timeout", Durations.format(limits.queueTimeoutMs()));
    flags.put("query.small-samples", Long.toString(limits.smallSamples()));
    flags.put("query.plan-cache-entries", Integer.toString(limits.planCacheEntries()));
    flags.put("query.plan-cache-bytes", limits.planCacheBytes() + "B");
  }
}

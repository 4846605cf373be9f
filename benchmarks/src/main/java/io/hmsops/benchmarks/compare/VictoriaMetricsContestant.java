package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Debian's {@code victoria-metrics}, with its cache of results off and the limits raised that would
 * refuse the work.
 */
final class VictoriaMetricsContestant implements Contestant {
  private static final String DATA = "data";

  @Override
  public String name() {
    return "victoria-metrics";
  }

  @Override
  public String title() {
    return "VictoriaMetrics";
  }

  @Override
  public Optional<String> version() {
    // Debian's build does not know its own version.
    return Commands.output("victoria-metrics", "-version")
        .map(
            text ->
                text.isEmpty()
                    ? Commands.output("dpkg-query", "-W", "-f=${Version}", "victoria-metrics")
                        .orElse("unknown version")
                    : text);
  }

  @Override
  public List<String> command(int port, Path directory, @Nullable Path config) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "victoria-metrics",
                "-httpListenAddr=127.0.0.1:" + port,
                "-storageDataPath=" + directory.resolve(DATA),
                "-retentionPeriod=2",
                "-search.disableCache",
                "-search.latencyOffset=0s",
                "-search.maxUniqueTimeseries=10000000",
                "-search.maxSeries=10000000",
                "-search.maxSamplesPerQuery=10000000000",
                "-search.maxQueryDuration=10m",
                "-http.connTimeout=2h"));
    if (config != null) {
      command.add("-promscrape.config=" + config);
    }
    return command;
  }

  @Override
  public String readyPath() {
    return "/health";
  }

  @Override
  public String queryParameters() {
    return "&nocache=1";
  }

  @Override
  public boolean followsPrometheus() {
    return false;
  }

  @Override
  public void flush(RunningServer server) throws IOException {
    server.get("/internal/force_flush");
  }

  @Override
  public long compactedBytes(RunningServer server) throws IOException {
    server.get("/internal/force_flush");
    // It answers at once and merges in the background.
    server.get("/internal/force_merge");
    server.awaitQuiet(Duration.ofSeconds(90));
    return Commands.bytesBelow(server.directory().resolve(DATA), Set.of("cache"));
  }
}

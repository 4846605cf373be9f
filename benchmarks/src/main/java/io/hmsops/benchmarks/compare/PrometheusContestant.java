package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Debian's {@code prometheus}, with the limits raised that would refuse the work. */
final class PrometheusContestant implements Contestant {
  private static final String DATA = "data";

  @Override
  public String name() {
    return "prometheus";
  }

  @Override
  public String title() {
    return "Prometheus";
  }

  @Override
  public Optional<String> version() {
    return Commands.output("prometheus", "--version").flatMap(text -> text.lines().findFirst());
  }

  @Override
  public List<String> command(int port, Path directory, @Nullable Path config) throws IOException {
    Path nothing = Files.writeString(directory.resolve("nothing.yml"), "scrape_configs: []\n");
    return List.of(
        "prometheus",
        "--web.listen-address=127.0.0.1:" + port,
        "--storage.tsdb.path=" + directory.resolve(DATA),
        "--config.file=" + (config == null ? nothing : config),
        "--web.enable-remote-write-receiver",
        "--web.enable-admin-api",
        "--query.max-samples=2000000000",
        "--query.timeout=10m");
  }

  @Override
  public String readyPath() {
    return "/-/ready";
  }

  @Override
  public String queryParameters() {
    return "";
  }

  @Override
  public boolean followsPrometheus() {
    return true;
  }

  @Override
  public void flush(RunningServer server) {
    // What is acknowledged is visible.
  }

  /** The blocks of a snapshot: those that exist, and one of what is still in the head. */
  @Override
  public long compactedBytes(RunningServer server) throws IOException {
    server.post("/api/v1/admin/tsdb/snapshot");
    return Commands.bytesBelow(server.directory().resolve(DATA).resolve("snapshots"), Set.of());
  }
}

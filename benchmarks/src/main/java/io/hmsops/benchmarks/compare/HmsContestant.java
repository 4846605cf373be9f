package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This project's server, started by its launcher.
 *
 * @param launcher the {@code hms} script
 */
record HmsContestant(Path launcher) implements Contestant {
  static final String NAME = "hms";

  private static final Set<String> NOT_DATA = Set.of("wal", "cache");
  private static final String DATA = "data";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "HMS-OPS";
  }

  @Override
  public Optional<String> version() {
    return Commands.output(launcher.toString(), "version");
  }

  @Override
  public List<String> command(int port, Path directory, @Nullable Path config) throws IOException {
    Path nothing = Files.writeString(directory.resolve("nothing.yml"), "scrape_configs: []\n");
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.add("run");
    command.add("--listen=127.0.0.1:" + port);
    command.add("--data=" + directory.resolve(DATA));
    command.add("--config=" + (config == null ? nothing : config));
    command.add("--query.max-samples=2000000000");
    command.add("--query.timeout=10m");
    return command;
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

  @Override
  public long compactedBytes(RunningServer server) throws IOException {
    server.post("/api/v1/admin/tsdb/compact");
    return Commands.bytesBelow(server.directory().resolve(DATA), NOT_DATA);
  }
}

package io.hmsops.server.app.demo;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The demo's own directory, and what it copies from the project's. */
final class DemoFiles implements AutoCloseable {
  private static final String SERVICE = "photo_validation.py";
  private static final String PLAYBOOK = "restart_pod.py";

  private final Path shipped;
  private final Path work;

  DemoFiles() throws IOException {
    this.shipped = findShipped();
    this.work = Files.createTempDirectory("hms-demo-");
  }

  /** The project's {@code demo} directory: beside or above the running program. */
  private static Path findShipped() throws IOException {
    Path start;
    try {
      start = Path.of(DemoFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the place of the program is not a path", e);
    }
    for (Path at = start; at != null; at = at.getParent()) {
      Path candidate = at.resolve("demo");
      if (Files.isRegularFile(candidate.resolve(SERVICE))) {
        return candidate;
      }
    }
    throw new IOException(
        "no directory demo with %s above %s; the demo runs from a clone of the project"
            .formatted(SERVICE, start));
  }

  Path service() {
    return shipped.resolve(SERVICE);
  }

  Path services() throws IOException {
    return Files.createDirectories(work.resolve("services"));
  }

  /** {@return a server's directory with its configuration} */
  Path serverDirectory(String name, int servicePort, String ruleFile) throws IOException {
    Path directory = Files.createDirectories(work.resolve(name));
    Files.createDirectories(directory.resolve("alerts"));
    Files.createDirectories(directory.resolve("data"));
    Files.copy(
        shipped.resolve("alerts").resolve(ruleFile), directory.resolve("alerts").resolve(ruleFile));
    Files.writeString(
        directory.resolve("prometheus.yml"),
        """
        global:
          scrape_interval: 2s
          evaluation_interval: 2s
        rule_files:
          - alerts/*.yaml
        scrape_configs:
          - job_name: passport
            static_configs:
              - targets: ["127.0.0.1:%d"]
                labels: {pod: photo-validation}
        """
            .formatted(servicePort));
    return directory;
  }

  /** Adds the receiver, and the playbook unless it is to be missing. */
  void addHealing(Path directory, int serverPort, boolean withPlaybook) throws IOException {
    Files.writeString(
        directory.resolve("alertmanager.yml"),
        """
        receivers:
          - name: autoheal
            webhook_configs:
              - url: http://127.0.0.1:%d/run/%s
        """
            .formatted(serverPort, PLAYBOOK));
    Path playbooks = Files.createDirectories(directory.resolve("playbooks"));
    if (withPlaybook) {
      Path copy = playbooks.resolve(PLAYBOOK);
      Files.copy(shipped.resolve("playbooks").resolve(PLAYBOOK), copy);
      if (!copy.toFile().setExecutable(true)) {
        throw new IOException(copy + " cannot be made executable");
      }
      // The playbook looks for the pods beside its own directory.
      Files.createSymbolicLink(directory.resolve("services"), services());
    }
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(work)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}

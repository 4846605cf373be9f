package io.hmsops.query.differential;

import io.hmsops.query.ast.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Prometheus that tests ask beside this engine: the one of {@code -Dhms.peer.prometheus}, which
 * is taken for a 3.14, or the installed one, which is taken for Debian's 2.42.
 *
 * @param command its program
 * @param isCurrent whether it is a 3.14, which this engine has to equal in everything
 */
record Peer(String command, boolean isCurrent) {
  private static final String PROPERTY = "hms.peer.prometheus";

  static Peer chosen() {
    String path = System.getProperty(PROPERTY);
    return path == null ? new Peer("prometheus", false) : new Peer(path, true);
  }

  boolean isThere() {
    return isCurrent
        ? Files.isExecutable(Path.of(command))
        : Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, command)));
  }

  /** {@return a running one without features} */
  PeerPrometheus start() throws IOException {
    return start(Set.of());
  }

  /** {@return a running one in a directory of its own, which it deletes when it is closed} */
  PeerPrometheus start(Set<Feature> features) throws IOException {
    String enabled = features.stream().map(Feature::flag).sorted().collect(Collectors.joining(","));
    return PeerPrometheus.start(Files.createTempDirectory("hms-peer"), command, enabled);
  }

  KnownDifferences knownDifferences() throws IOException {
    return isCurrent ? KnownDifferences.ofRelease() : KnownDifferences.load();
  }

  Answer.Strictness strictness() {
    return isCurrent ? Answer.Strictness.EVERYTHING : Answer.Strictness.VALUES;
  }
}

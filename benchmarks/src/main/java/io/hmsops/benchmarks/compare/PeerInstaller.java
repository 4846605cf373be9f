package io.hmsops.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * Installs peers that are missing from Debian's archive.
 *
 * @param report where it tells what it does
 */
record PeerInstaller(Report report) {

  /** Installs what is missing; what cannot be installed stays missing, and that is told. */
  void install(List<Contestant> contestants) {
    List<String> missing = new ArrayList<>();
    for (Contestant contestant : contestants) {
      if (!(contestant instanceof HmsContestant) && contestant.version().isEmpty()) {
        missing.add(contestant.name());
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    String packages = String.join(" ", missing);
    report.say("bench: installing " + packages + " with apt-get");
    boolean root = "root".equals(System.getProperty("user.name"));
    List<String> command = new ArrayList<>();
    if (!root) {
      command.addAll(List.of("sudo", "-n"));
    }
    command.addAll(List.of("apt-get", "install", "--yes", "--quiet", "--no-install-recommends"));
    command.addAll(missing);
    if (!Commands.run(command.toArray(String[]::new))) {
      report.say(
          ("bench: %s could not be installed "
                  + "(needed: Debian's archive and the right to install; by hand:"
                  + " apt-get install %s); their columns stay empty")
              .formatted(packages, packages));
    }
  }
}

package io.hmsops.server.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The conformance data beside the project; a test that needs it is skipped where it is absent. */
public final class SharedData {
  private SharedData() {}

  /** {@return a file or directory below the alerting data} */
  public static Path alerting(String name) {
    Path root = Path.of(System.getProperty("hms.root", ".")).toAbsolutePath().normalize();
    for (Path at = root; at != null; at = at.getParent()) {
      Path candidate = at.resolveSibling("shared").resolve("conformance/alerting").resolve(name);
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    Assumptions.abort("no shared data: " + name);
    throw new AssertionError("abort() returns never");
  }
}

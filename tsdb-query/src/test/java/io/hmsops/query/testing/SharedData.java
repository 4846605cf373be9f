package io.hmsops.query.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the conformance data that lies beside the project; tests are skipped where it is not. */
public final class SharedData {
  private SharedData() {}

  /**
   * {@return a file or directory of the PromQL conformance data}
   *
   * @param relative its path below {@code conformance/promql}
   */
  public static Path promql(String relative) {
    Path root = Path.of(System.getProperty("hms.root", System.getProperty("user.dir")));
    for (Path at = root.toAbsolutePath(); at != null; at = at.getParent()) {
      Path found = at.resolveSibling("shared").resolve("conformance/promql").resolve(relative);
      if (Files.exists(found)) {
        return found;
      }
    }
    Assumptions.abort("conformance data not found beside " + root + ": promql/" + relative);
    throw new AssertionError("unreachable");
  }
}

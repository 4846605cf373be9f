package io.hmsops.server.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the conformance data beside the project; tests skip where there is none. */
final class Shared {
  private Shared() {}

  static String conformance(String file) throws IOException {
    Path root = Path.of(System.getProperty("hms.root", System.getProperty("user.dir", ".")));
    for (Path at = root.toAbsolutePath(); at != null; at = at.getParent()) {
      Path found = at.resolveSibling("shared").resolve("conformance").resolve(file);
      if (Files.exists(found)) {
        return Files.readString(found);
      }
    }
    Assumptions.abort("no conformance data beside " + root);
    throw new AssertionError("not reached");
  }
}

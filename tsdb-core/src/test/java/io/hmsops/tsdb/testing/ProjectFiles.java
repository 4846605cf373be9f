package io.hmsops.tsdb.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds files outside the module: pages of the documentation, shared data. */
public final class ProjectFiles {
  private ProjectFiles() {}

  /** {@return the project's root} */
  public static Path root() {
    String named = System.getProperty("hms.root");
    @Nullable Path path =
        Path.of(named != null ? named : System.getProperty("user.dir")).toAbsolutePath();
    while (path != null && !Files.isDirectory(path.resolve("tsdb-core"))) {
      path = path.getParent();
    }
    if (path == null) {
      throw new AssertionError("no project root above the working directory");
    }
    return path;
  }

  /**
   * {@return a file of the shared data, which may be absent: then skip the test}
   *
   * @param name its path below the shared directory
   */
  public static Path shared(String name) {
    return root().resolve("../shared").resolve(name).normalize();
  }
}

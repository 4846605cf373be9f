package io.hmsops.tsdb.db;

import io.hmsops.tsdb.io.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Clears up between the steps of a sweep. */
final class Disks {
  private Disks() {}

  /** Copies a data directory, which may be in use, without its lock. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        if (!path.getFileName().toString().equals("LOCK")) {
          Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
      }
    }
  }

  static void delete(Path path) throws IOException {
    Disk.real().delete(path);
  }
}

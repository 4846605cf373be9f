package io.hmsops.tsdb.db;

import io.hmsops.tsdb.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Clears up between the steps of a sweep. */
final class Disks {
  private Disks() {}

  static void delete(Path path) throws IOException {
    Disk.real().delete(path);
  }
}

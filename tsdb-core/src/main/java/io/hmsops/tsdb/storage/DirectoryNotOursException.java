package io.hmsops.tsdb.storage;

import java.nio.file.Path;

/** The directory holds something, but no database. */
public final class DirectoryNotOursException extends TsdbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param directory the data directory
   * @param found a name in it
   */
  public DirectoryNotOursException(Path directory, String found) {
    super(
        "%s: holds %s but no HMS-TSDB file (expected: a database or an empty directory)"
            .formatted(directory, found));
  }
}

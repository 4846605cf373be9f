package io.hmsops.tsdb.storage;

import java.nio.file.Path;

/** The data was written by a newer version of this program. */
public final class NewerVersionException extends TsdbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param file the file that tells
   * @param found the version in it
   * @param supported the newest version that can be read
   */
  public NewerVersionException(Path file, String found, int supported) {
    super(
        "%s: format %s (expected: %d at most; a newer version wrote it)"
            .formatted(file, found, supported));
  }
}

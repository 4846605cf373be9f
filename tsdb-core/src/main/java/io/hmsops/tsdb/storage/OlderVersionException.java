package io.hmsops.tsdb.storage;

import java.nio.file.Path;

/** The data is of before the formats were fixed, and of a version that no release reads. */
public final class OlderVersionException extends TsdbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param file the file that tells
   * @param found the version in it
   * @param oldest the oldest version that can be read
   */
  public OlderVersionException(Path file, int found, int oldest) {
    super(
        "%s: format %d (expected: %d at least; it is of before the first release)"
            .formatted(file, found, oldest));
  }
}

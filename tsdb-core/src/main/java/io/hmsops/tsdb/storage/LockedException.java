package io.hmsops.tsdb.storage;

import java.nio.file.Path;

/** The directory is in use by another process, or by this one. */
public final class LockedException extends TsdbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param directory the data directory
   * @param owner the pid of the user
   */
  public LockedException(Path directory, String owner) {
    super("%s: in use by process %s (expected: no other user)".formatted(directory, owner));
  }
}

package io.hmsops.tsdb.io;

import java.io.IOException;

/** A lock file is held by someone. */
public final class LockHeldException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String owner;

  /**
   * Creates an exception.
   *
   * @param owner the pid as the holder wrote it, perhaps empty
   */
  public LockHeldException(String owner) {
    super("held by process " + owner);
    this.owner = owner;
  }

  /** {@return the pid as the holder wrote it, perhaps empty} */
  public String owner() {
    return owner;
  }
}

package io.hmsops.tsdb.storage;

import org.jspecify.annotations.Nullable;

/** Nothing can be written, at all or any more. */
public final class ReadOnlyException extends TsdbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param detail what was to be written and why it cannot be
   * @param cause what it follows from
   */
  public ReadOnlyException(String detail, @Nullable Throwable cause) {
    super(detail, cause);
  }
}

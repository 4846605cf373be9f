package io.hmsops.tsdb.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something that went wrong with stored data or its files; subclasses say what. */
public class TsdbException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened: the thing, what was found, what was expected
   */
  public TsdbException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened: the thing, what was found, what was expected
   * @param cause what it follows from
   */
  public TsdbException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

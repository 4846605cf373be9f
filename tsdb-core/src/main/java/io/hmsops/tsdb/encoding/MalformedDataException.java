package io.hmsops.tsdb.encoding;

import java.io.IOException;

/** Bytes that do not decode. Whoever knows the file rethrows it with file and offset. */
public final class MalformedDataException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was found and what was expected
   */
  public MalformedDataException(String message) {
    super(message);
  }
}

package io.hmsops.tsdb.storage;

import java.nio.file.Path;

/** A file's content is not what was written. */
public sealed class CorruptFileException extends TsdbException permits UnreadableFileException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param file the file
   * @param offset the first byte in doubt
   * @param detail what was found and what was expected
   */
  public CorruptFileException(Path file, long offset, String detail) {
    super("%s at %d: %s".formatted(file, offset, detail));
  }
}

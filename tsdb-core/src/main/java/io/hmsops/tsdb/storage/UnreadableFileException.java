package io.hmsops.tsdb.storage;

import java.nio.file.Path;

/** A file that was open cannot be read any more: cut off, or an error of the device. */
public final class UnreadableFileException extends CorruptFileException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates it.
   *
   * @param file the file
   * @param offset where reading failed
   * @param detail what happened
   */
  public UnreadableFileException(Path file, long offset, String detail) {
    super(file, offset, detail);
  }
}

package io.hmsops.tsdb.storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * There is no room on the device. Nothing was written; writing goes on when there is room again.
 */
public final class OutOfSpaceException extends TsdbException {
  private static final long serialVersionUID = 1L;

  private OutOfSpaceException(String message, IOException cause) {
    super(message, cause);
  }

  /**
   * {@return an exception for a failed write: this one if the reason is a lack of room}
   *
   * @param where the file or directory
   * @param what was being done
   * @param cause the failure
   */
  public static TsdbException of(Path where, String what, IOException cause) {
    String detail = String.valueOf(cause.getMessage());
    // The words of the operating systems for ENOSPC and EDQUOT.
    if (detail.contains("No space left") || detail.contains("quota exceeded")) {
      return new OutOfSpaceException(
          "%s: out of space, %s refused: %s".formatted(where, what, detail), cause);
    }
    return new TsdbException("%s: %s failed: %s".formatted(where, what, detail), cause);
  }
}

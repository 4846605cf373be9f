package io.hmsops.server.ingest.exposition;

/** A page that is not in its format; the message has the offending line up to the offence. */
public final class ExpositionException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was found, what was expected, and where
   */
  public ExpositionException(String message) {
    super(message);
  }
}

package io.hmsops.tsdb.storage;

/** A read was stopped from outside: a deadline, a limit, or a client that went away. */
public final class CancelledException extends TsdbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message why it was stopped
   */
  public CancelledException(String message) {
    super(message);
  }
}

package io.hmsops.tsdb.storage;

/**
 * A new series is refused because of a limit. Series that exist, and samples for them, are not
 * concerned. The message names the limit, and the metric and the label that have the most.
 */
public final class SeriesLimitException extends TsdbException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the series, the limit, and what takes most of it
   */
  public SeriesLimitException(String message) {
    super(message);
  }

  /** Leaves the stack out: of one scrape, a hundred thousand series may be refused. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}

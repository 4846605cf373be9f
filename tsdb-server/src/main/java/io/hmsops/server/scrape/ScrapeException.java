package io.hmsops.server.scrape;

/** A scrape that failed; the message is what users see as the target's last error. */
final class ScrapeException extends Exception {
  private static final long serialVersionUID = 1L;

  ScrapeException(String message) {
    super(message);
  }
}

package io.hmsops.server.http;

/** A request that is refused with a status and a text for the client. */
public final class HttpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Creates an exception.
   *
   * @param status the HTTP status, 400 to 599
   * @param message the body of the answer
   */
  public HttpException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }

  /** {@return the body of the answer} */
  public String text() {
    return String.valueOf(getMessage());
  }
}

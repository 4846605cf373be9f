package io.hmsops.server.api;

/** A request that is answered by an error. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  ApiException(ErrorKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  static ApiException badData(String message) {
    return new ApiException(ErrorKind.BAD_DATA, message);
  }

  static ApiException badParameter(String name, String reason) {
    return badData("invalid parameter \"%s\": %s".formatted(name, reason));
  }

  static ApiException notSupported(String what) {
    return new ApiException(ErrorKind.UNAVAILABLE, "not supported: " + what);
  }

  ErrorKind kind() {
    return kind;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}

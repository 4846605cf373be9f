package io.hmsops.server.api;

/** The kinds of errors of the API, with the status each has. */
enum ErrorKind {
  BAD_DATA("bad_data", 400),
  EXECUTION("execution", 422),
  CANCELED("canceled", 499),
  TIMEOUT("timeout", 503),
  INTERNAL("internal", 500),
  UNAVAILABLE("unavailable", 500),
  TOO_MANY("unavailable", 503),
  NOT_FOUND("not_found", 404);

  private final String text;
  private final int status;

  ErrorKind(String text, int status) {
    this.text = text;
    this.status = status;
  }

  /** {@return the kind as the API spells it} */
  String text() {
    return text;
  }

  int status() {
    return status;
  }
}

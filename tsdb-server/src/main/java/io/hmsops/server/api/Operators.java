package io.hmsops.server.api;

import io.hmsops.server.http.HttpRequest;

/** Tells who may do what only an operator may, as long as there are no logins. */
final class Operators {
  private Operators() {}

  /**
   * {@return whether a request comes from this machine, and not through a web page or a proxy}
   * Browsers name the page that asks; a page must not rule the server of who looks at it.
   */
  static boolean isHere(HttpRequest request) {
    return request.remote().getAddress().isLoopbackAddress()
        && request.header("Origin").isEmpty()
        && request.header("Sec-Fetch-Site").isEmpty()
        && request.header("X-Forwarded-For").isEmpty();
  }
}

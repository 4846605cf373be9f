package io.hmsops.server.api;

import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;

/** Lets pages of other origins read the API, as upstream does by default. Reading only. */
final class Cors {
  private Cors() {}

  static HttpResponse allow(HttpRequest request, HttpResponse response) {
    HttpResponse varied = response.with("Vary", "Origin");
    if (request.header("Origin").isEmpty()) {
      return varied;
    }
    return varied
        .with("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin")
        .with("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
        .with("Access-Control-Allow-Origin", "*")
        .with("Access-Control-Expose-Headers", "Date");
  }
}

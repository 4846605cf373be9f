package io.hmsops.server.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Talks to a running server. */
final class ServerClient {
  /** The header by which a server on the same machine knows the command line tool. */
  static final String TOOL_HEADER = "X-Hms-Ops";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(5);

  private final String url;

  /**
   * A client.
   *
   * @param url the server's URL, or {@code HOST:PORT}
   */
  ServerClient(String url) throws Failure {
    String full = url.contains("://") ? url : "http://" + url;
    this.url = full.endsWith("/") ? full.substring(0, full.length() - 1) : full;
    try {
      URI.create(this.url);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, "--url: %s (expected: http://HOST:PORT)".formatted(url), e);
    }
  }

  HttpResponse<String> send(String method, String path, String body) throws Failure {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .header(TOOL_HEADER, "1")
              .timeout(REQUEST_TIMEOUT)
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "%s: no answer (%s); is the server running?".formatted(url, reason(e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.FAILED, "interrupted", e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}

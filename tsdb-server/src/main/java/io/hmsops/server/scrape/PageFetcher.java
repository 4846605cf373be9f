package io.hmsops.server.scrape;

import io.hmsops.server.config.HttpClientConfig;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.config.ScrapeProtocol;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Fetches pages for a job. Thread-safe. */
final class PageFetcher implements AutoCloseable {
  /** The largest page, packed and unpacked, if the job states no {@code body_size_limit}. */
  static final long DEFAULT_BODY_LIMIT_BYTES = 256L << 20;

  private static final int MAX_REDIRECTS = 10;
  private static final int END_OF_STREAM = -1;

  private final ScrapeConfig config;
  private final HttpClient client;
  private final String accept;
  private final long bodyLimitBytes;

  PageFetcher(ScrapeConfig config) throws IOException {
    this.config = config;
    this.client = HttpClients.create(config.http());
    this.accept = acceptHeader(config);
    long limit = config.shared().limits().bodySizeBytes();
    this.bodyLimitBytes = limit > 0 ? limit : DEFAULT_BODY_LIMIT_BYTES;
  }

  /** {@return the formats asked for, best first, weighted as upstream weighs them} */
  static String acceptHeader(ScrapeConfig config) {
    StringBuilder header = new StringBuilder();
    int weight = ScrapeProtocol.values().length + 1;
    for (ScrapeProtocol protocol : config.shared().protocols()) {
      header.append(protocol.header());
      if (protocol.escapingStated()) {
        header.append(";escaping=").append(config.shared().escaping());
      }
      header.append(";q=0.").append(weight--).append(',');
    }
    return header.append("*/*;q=0.").append(weight).toString();
  }

  Page fetch(String url, long timeoutMs) throws ScrapeException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    URI uri = uri(url);
    HttpResponse<byte[]> response = send(uri, url, timeoutMs, deadlineNanos);
    for (int i = 0; i < MAX_REDIRECTS && config.http().followRedirects(); i++) {
      URI next = redirect(uri, response);
      if (next == null) {
        break;
      }
      uri = next;
      response = send(uri, url, timeoutMs, deadlineNanos);
    }
    if (response.statusCode() != 200) {
      throw new ScrapeException(
          "server returned HTTP status " + HttpStatusText.of(response.statusCode()));
    }
    String contentType = response.headers().firstValue("Content-Type").orElse("");
    String encoding = response.headers().firstValue("Content-Encoding").orElse("");
    boolean packed = encoding.toLowerCase(Locale.ROOT).equals("gzip");
    return new Page(contentType, packed ? unpack(response.body()) : response.body());
  }

  /** Credentials go to the target's own host only, so a redirect elsewhere is not followed. */
  private static @Nullable URI redirect(URI from, HttpResponse<byte[]> response)
      throws ScrapeException {
    int status = response.statusCode();
    String location = response.headers().firstValue("Location").orElse("");
    boolean redirects =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    if (!redirects || location.isEmpty()) {
      return null;
    }
    URI to = uri(from.resolve(uri(location)).toString());
    if (!String.valueOf(to.getAuthority()).equals(from.getAuthority())
        || !String.valueOf(to.getScheme()).equals(from.getScheme())) {
      throw new ScrapeException(
          "redirect from %s to another host, %s, is not followed".formatted(from, to));
    }
    return to;
  }

  private static URI uri(String text) throws ScrapeException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException invalid) {
      throw new ScrapeException("not a valid URL: " + text);
    }
  }

  private HttpResponse<byte[]> send(URI uri, String url, long timeoutMs, long deadlineNanos)
      throws ScrapeException, InterruptedException {
    HttpRequest request = request(uri, timeoutMs);
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), bodyLimitBytes));
    try {
      return pending.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      pending.cancel(true);
      throw new ScrapeException("Get \"%s\": context deadline exceeded".formatted(url));
    } catch (InterruptedException stopped) {
      pending.cancel(true);
      throw stopped;
    } catch (ExecutionException failed) {
      throw new ScrapeException("Get \"%s\": %s".formatted(url, reason(failed.getCause())));
    }
  }

  private String reason(@Nullable Throwable cause) {
    return switch (cause) {
      case null -> "failed";
      case java.net.ConnectException refused -> connectReason(refused);
      case IOException e when String.valueOf(e.getMessage()).contains("exceeds capacity") ->
          "body size limit exceeded";
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }

  /** Java's own message is often missing; below it lies the reason. */
  private static String connectReason(Throwable refused) {
    for (Throwable at = refused; at != null; at = at.getCause()) {
      if (at instanceof java.nio.channels.UnresolvedAddressException) {
        return "no such host";
      }
      if (at.getMessage() != null) {
        return at.getMessage();
      }
    }
    return "connection refused";
  }

  private HttpRequest request(URI uri, long timeoutMs) throws ScrapeException {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .header("Accept", accept)
              .header("User-Agent", "HMS-OPS")
              .header("X-Prometheus-Scrape-Timeout-Seconds", Double.toString(timeoutMs / 1000.0));
      if (config.enableCompression()) {
        request.header("Accept-Encoding", "gzip");
      }
      config.http().headers().forEach((name, value) -> request.setHeader(name, value.value()));
      String authorization = authorization(config.http());
      if (authorization != null) {
        request.setHeader("Authorization", authorization);
      }
      return request.GET().build();
    } catch (IllegalArgumentException invalid) {
      throw new ScrapeException(String.valueOf(invalid.getMessage()));
    }
  }

  private static @Nullable String authorization(HttpClientConfig http) throws ScrapeException {
    HttpClientConfig.BasicAuth basic = http.basicAuth();
    if (basic != null) {
      String password = secret(basic.password().value(), basic.passwordFile());
      byte[] pair = (basic.username() + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
    HttpClientConfig.Authorization other = http.authorization();
    return other == null
        ? null
        : other.type() + " " + secret(other.credentials().value(), other.credentialsFile());
  }

  private static String secret(String stated, @Nullable Path file) throws ScrapeException {
    if (file == null) {
      return stated;
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new ScrapeException("unable to read the credentials file " + file);
    }
  }

  private byte[] unpack(byte[] packed) throws ScrapeException {
    try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      int limit = (int) Math.min(bodyLimitBytes, Integer.MAX_VALUE - 16);
      byte[] page = stream.readNBytes(limit);
      if (stream.read() != END_OF_STREAM) {
        throw new ScrapeException("body size limit exceeded");
      }
      return page;
    } catch (EOFException cutOff) {
      throw new ScrapeException("unexpected EOF");
    } catch (ZipException broken) {
      throw new ScrapeException("gzip: " + broken.getMessage());
    } catch (IOException broken) {
      throw new ScrapeException(String.valueOf(broken.getMessage()));
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}

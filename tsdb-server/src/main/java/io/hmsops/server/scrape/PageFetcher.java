package io.hmsops.server.scrape;

import io.hmsops.server.config.HttpClientConfig;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.config.ScrapeProtocol;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
  private final PageBuffers buffers;

  /** For https; made when it is needed, as it brings half of the JDK's security along. */
  private @Nullable HttpClient client;

  private final Set<PlainConnection> connections = ConcurrentHashMap.newKeySet();
  private final String accept;
  private final long bodyLimitBytes;

  PageFetcher(ScrapeConfig config, PageBuffers buffers) throws IOException {
    this.config = config;
    this.buffers = buffers;
    if (config.http().caFile() != null) {
      // A broken file is an error of the configuration, not of the first scrape.
      client = HttpClients.create(config.http());
    }
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

  /** {@return a connection for one target; to be closed} */
  PlainConnection connection() {
    PlainConnection connection = new PlainConnection(bodyLimitBytes);
    connections.add(connection);
    return connection;
  }

  /** Closes a connection that is not used any more. */
  void close(PlainConnection connection) {
    connections.remove(connection);
    connection.close();
  }

  /**
   * Fetches a page.
   *
   * @param connection used if the page is not on TLS
   * @return the page, its bytes to be given back by {@link #giveBack}
   */
  Page fetch(String url, long timeoutMs, PlainConnection connection)
      throws ScrapeException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    URI uri = uri(url);
    PlainConnection.Answer answer = send(uri, url, timeoutMs, deadlineNanos, connection);
    for (int i = 0; i < MAX_REDIRECTS && config.http().followRedirects(); i++) {
      URI next = redirect(uri, answer);
      if (next == null) {
        break;
      }
      buffers.giveBack(answer.body());
      uri = next;
      answer = send(uri, url, timeoutMs, deadlineNanos, connection);
    }
    if (answer.status() != 200) {
      buffers.giveBack(answer.body());
      throw new ScrapeException(
          "server returned HTTP status " + HttpStatusText.of(answer.status()));
    }
    if (answer.contentEncoding().toLowerCase(Locale.ROOT).equals("gzip")) {
      byte[] page = unpack(answer.body(), answer.bodyLength());
      buffers.giveBack(answer.body());
      return new Page(answer.contentType(), page, page.length);
    }
    return new Page(answer.contentType(), answer.body(), answer.bodyLength());
  }

  /** Takes back the bytes of a page that was read. */
  void giveBack(Page page) {
    buffers.giveBack(page.body());
  }

  /** Credentials go to the target's own host only, so a redirect elsewhere is not followed. */
  private static @Nullable URI redirect(URI from, PlainConnection.Answer answer)
      throws ScrapeException {
    int status = answer.status();
    String location = answer.location();
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

  private PlainConnection.Answer send(
      URI uri, String url, long timeoutMs, long deadlineNanos, PlainConnection connection)
      throws ScrapeException, InterruptedException {
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      return sendByClient(uri, url, timeoutMs, deadlineNanos);
    }
    byte[] buffer = buffers.take();
    try {
      String host = uri.getHost();
      boolean bracketed = host.startsWith("[");
      return connection.send(
          bracketed ? host.substring(1, host.length() - 1) : host,
          uri.getPort(),
          requestText(uri, timeoutMs),
          buffer,
          deadlineNanos);
    } catch (SocketTimeoutException late) {
      throw new ScrapeException("Get \"%s\": context deadline exceeded".formatted(url));
    } catch (PlainConnection.BodyTooLargeException large) {
      throw new ScrapeException("body size limit exceeded");
    } catch (IOException failed) {
      throw new ScrapeException("Get \"%s\": %s".formatted(url, reason(failed)));
    }
  }

  private String requestText(URI uri, long timeoutMs) throws ScrapeException {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    StringBuilder text = new StringBuilder("GET ").append(path);
    if (uri.getRawQuery() != null) {
      text.append('?').append(uri.getRawQuery());
    }
    text.append(" HTTP/1.1\r\n");
    Map<String, String> headers = headers(timeoutMs);
    headers.putIfAbsent("Host", uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String value = header.getValue();
      if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
        throw new ScrapeException("invalid header value: \"%s\"".formatted(value));
      }
      text.append(header.getKey()).append(": ").append(value).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  private synchronized HttpClient client() throws IOException {
    HttpClient known = client;
    if (known == null) {
      known = HttpClients.create(config.http());
      client = known;
    }
    return known;
  }

  private PlainConnection.Answer sendByClient(
      URI uri, String url, long timeoutMs, long deadlineNanos)
      throws ScrapeException, InterruptedException {
    HttpRequest request = request(uri, timeoutMs);
    CompletableFuture<HttpResponse<byte[]>> pending;
    try {
      pending =
          client()
              .sendAsync(
                  request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), bodyLimitBytes));
    } catch (IOException failed) {
      throw new ScrapeException("Get \"%s\": %s".formatted(url, reason(failed)));
    }
    try {
      HttpResponse<byte[]> response =
          pending.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      return new PlainConnection.Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.headers().firstValue("Content-Encoding").orElse(""),
          response.headers().firstValue("Location").orElse(""),
          response.body(),
          response.body().length);
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
      case java.net.UnknownHostException _ -> "no such host";
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
      HttpRequest.Builder request = HttpRequest.newBuilder(uri);
      headers(timeoutMs).forEach(request::setHeader);
      return request.GET().build();
    } catch (IllegalArgumentException invalid) {
      throw new ScrapeException(String.valueOf(invalid.getMessage()));
    }
  }

  private Map<String, String> headers(long timeoutMs) throws ScrapeException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Accept", accept);
    headers.put("User-Agent", "HMS-OPS");
    headers.put("X-Prometheus-Scrape-Timeout-Seconds", Double.toString(timeoutMs / 1000.0));
    if (config.enableCompression()) {
      headers.put("Accept-Encoding", "gzip");
    }
    config.http().headers().forEach((name, value) -> headers.put(name, value.value()));
    String authorization = authorization(config.http());
    if (authorization != null) {
      headers.put("Authorization", authorization);
    }
    return headers;
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

  private byte[] unpack(byte[] packed, int length) throws ScrapeException {
    try (GZIPInputStream stream =
        new GZIPInputStream(new ByteArrayInputStream(packed, 0, length))) {
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
  public synchronized void close() {
    connections.forEach(PlainConnection::close);
    if (client != null) {
      client.shutdownNow();
    }
  }
}

package io.hmsops.server.http;

import io.hmsops.tsdb.storage.Cancellation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request with its whole body. Immutable, but for the body's bytes, which nobody writes. */
public final class HttpRequest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final byte[] NO_BODY = {};

  private final String method;
  private final String rawPath;
  private final String rawQuery;
  private final Map<String, List<String>> headers;
  private final byte[] body;
  private final InetSocketAddress remote;
  private final Cancellation cancellation;
  private final Map<String, String> pathParameters;

  private HttpRequest(
      String method,
      String rawPath,
      String rawQuery,
      Map<String, List<String>> headers,
      byte[] body,
      InetSocketAddress remote,
      Cancellation cancellation,
      Map<String, String> pathParameters) {
    this.method = method;
    this.rawPath = rawPath;
    this.rawQuery = rawQuery;
    this.headers = headers;
    this.body = body;
    this.remote = remote;
    this.cancellation = cancellation;
    this.pathParameters = pathParameters;
  }

  /**
   * {@return a request without headers and body from the loopback address}
   *
   * @param method in upper case
   * @param target path and query string, as in the request line
   */
  public static HttpRequest of(String method, String target) {
    return of(method, target, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /**
   * {@return a request without headers and body}
   *
   * @param method in upper case
   * @param target path and query string, as in the request line; the absolute form of proxies is
   *     reduced to its path
   * @param remote who asks
   */
  public static HttpRequest of(String method, String target, InetSocketAddress remote) {
    String local = originForm(target);
    int question = local.indexOf('?');
    String path = question < 0 ? local : local.substring(0, question);
    String query = question < 0 ? "" : local.substring(question + 1);
    return new HttpRequest(
        method, path, query, Map.of(), NO_BODY, remote, Cancellation.NONE, Map.of());
  }

  private static String originForm(String target) {
    int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
    if (scheme < 0) {
      return target;
    }
    int slash = target.indexOf('/', scheme + 3);
    return slash < 0 ? "/" : target.substring(slash);
  }

  /**
   * {@return the same request with a further header}
   *
   * @param name its name
   * @param value its value
   */
  public HttpRequest withHeader(String name, String value) {
    Map<String, List<String>> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((n, list) -> more.put(n, new ArrayList<>(list)));
    more.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    return withHeaders(more);
  }

  /** Takes a map whose order ignores case. */
  HttpRequest withHeaders(Map<String, List<String>> caseInsensitive) {
    return new HttpRequest(
        method, rawPath, rawQuery, caseInsensitive, body, remote, cancellation, pathParameters);
  }

  /**
   * {@return the same request with a body}
   *
   * @param bytes the body, owned by the request from here on
   */
  public HttpRequest withBody(byte[] bytes) {
    return new HttpRequest(
        method, rawPath, rawQuery, headers, bytes, remote, cancellation, pathParameters);
  }

  /**
   * {@return the same request that can be cancelled}
   *
   * @param newCancellation says whether the client is still there
   */
  public HttpRequest withCancellation(Cancellation newCancellation) {
    return new HttpRequest(
        method, rawPath, rawQuery, headers, body, remote, newCancellation, pathParameters);
  }

  HttpRequest withPathParameters(Map<String, String> parameters) {
    return new HttpRequest(
        method, rawPath, rawQuery, headers, body, remote, cancellation, parameters);
  }

  /** {@return the method, in upper case} */
  public String method() {
    return method;
  }

  /** {@return the path as sent, still percent-encoded, without the query string} */
  public String rawPath() {
    return rawPath;
  }

  /** {@return the query string as sent, without the question mark, empty if there is none} */
  public String rawQuery() {
    return rawQuery;
  }

  /**
   * {@return the part of the path that stands in a place like {@code {name}} of the route, decoded}
   *
   * @param name the name of the place
   * @throws IllegalArgumentException if the route has no such place
   */
  public String pathParameter(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "path parameter %s (expected: one of %s)".formatted(name, pathParameters.keySet()));
    }
    return value;
  }

  /**
   * {@return the parameters of the query string}
   *
   * @throws HttpException 400 if it is not well-formed
   */
  public Parameters query() {
    return Parameters.parse(rawQuery);
  }

  /**
   * {@return the parameters of a form in the body, followed by those of the query string}
   *
   * @throws HttpException 400 if they are not well-formed
   */
  public Parameters parameters() {
    boolean form = header("Content-Type").map(HttpRequest::mediaType).orElse("").equals(FORM);
    return form && body.length > 0
        ? Parameters.parse(new String(body, StandardCharsets.UTF_8)).followedBy(query())
        : query();
  }

  private static String mediaType(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the first value of a header}
   *
   * @param name its name, in any case
   */
  public Optional<String> header(String name) {
    List<String> list = headers.get(name);
    return list == null ? Optional.empty() : Optional.of(list.getFirst());
  }

  /** {@return the body, empty if there is none; not to be written to} */
  public byte[] body() {
    return body;
  }

  /** {@return who asks} */
  public InetSocketAddress remote() {
    return remote;
  }

  /** {@return what fails once the client has gone away; to be handed to long work} */
  public Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public String toString() {
    return method + " " + rawPath;
  }
}

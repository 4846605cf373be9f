package io.hmsops.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer. Length, compression and connection headers are the server's; the rest is here.
 *
 * @param status the HTTP status
 * @param headers further headers
 * @param body writes the body
 * @param delivery how the body is sent
 */
public record HttpResponse(int status, List<Header> headers, BodyWriter body, Delivery delivery) {

  /** How a body is sent. */
  public enum Delivery {
    /** Compressed if the client takes that and the body is not tiny. */
    COMPRESSIBLE,
    /** As it is. */
    PLAIN,
    /**
     * Without end in sight, such as server-sent events: each flush goes out at once, nothing is
     * compressed, and no place among the concurrent requests is taken.
     */
    LIVE
  }

  /**
   * One header.
   *
   * @param name its name
   * @param value its value
   */
  public record Header(String name, String value) {}

  private static final BodyWriter NOTHING = out -> {};

  /** Copies the list. */
  public HttpResponse {
    headers = List.copyOf(headers);
  }

  /**
   * {@return an answer without a body}
   *
   * @param status the HTTP status
   */
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, List.of(), NOTHING, Delivery.PLAIN);
  }

  /**
   * {@return an answer of plain text}
   *
   * @param status the HTTP status
   * @param text the body, as it is
   */
  public static HttpResponse text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * {@return an answer of some bytes}
   *
   * @param status the HTTP status
   * @param contentType the media type
   * @param bytes the body, owned by the answer from here on
   */
  public static HttpResponse of(int status, String contentType, byte[] bytes) {
    return stream(status, contentType, out -> out.write(bytes));
  }

  /**
   * {@return an answer whose body is written as it is made}
   *
   * @param status the HTTP status
   * @param contentType the media type
   * @param body writes the body
   */
  public static HttpResponse stream(int status, String contentType, BodyWriter body) {
    return new HttpResponse(
        status, List.of(new Header("Content-Type", contentType)), body, Delivery.COMPRESSIBLE);
  }

  /**
   * {@return an answer that sends the client elsewhere, with status 302}
   *
   * @param location a path on this server
   */
  public static HttpResponse redirect(String location) {
    return empty(302).with("Location", location);
  }

  /**
   * {@return the same answer with a further header}
   *
   * @param name its name
   * @param value its value
   */
  public HttpResponse with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new HttpResponse(status, more, body, delivery);
  }

  /**
   * {@return the same answer, delivered otherwise}
   *
   * @param newDelivery how
   */
  public HttpResponse with(Delivery newDelivery) {
    return new HttpResponse(status, headers, body, newDelivery);
  }
}

package io.hmsops.benchmarks.compare;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection to a server on loopback; cheap, because the client shares the machine
 * with what it measures. Connects when first used and anew after the server has closed. Not
 * thread-safe.
 */
final class HttpConnection implements Closeable {
  private static final int TIMEOUT_MS = 600_000;
  private static final byte[] NOTHING = new byte[0];

  /** An answer. */
  static final class Response {
    private final int status;
    private final byte[] body;

    private Response(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    /** {@return the HTTP status} */
    int status() {
      return status;
    }

    int length() {
      return body.length;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    boolean ok() {
      return status / 100 == 2;
    }

    /** {@return the body's beginning, for an error message} */
    String excerpt() {
      String text = text().strip();
      return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }
  }

  private final int port;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private @Nullable Socket socket;
  private boolean closing;

  HttpConnection(int port) {
    this.port = port;
  }

  /** {@return the text in the form that a query string takes} */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  Response get(String path) throws IOException {
    return exchange("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", NOTHING, 0);
  }

  Response post(String path, String headers, byte[] body, int length) throws IOException {
    return exchange(
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(path, headers, length),
        body,
        length);
  }

  private Response exchange(String head, byte[] body, int length) throws IOException {
    byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = new byte[headBytes.length + length];
    System.arraycopy(headBytes, 0, whole, 0, headBytes.length);
    System.arraycopy(body, 0, whole, headBytes.length, length);
    if (socket != null) {
      try {
        return exchange(whole);
      } catch (EOFException | SocketException e) {
        // Idle for long, the server may have closed it; what is sent here may be sent twice.
        close();
      }
    }
    return exchange(whole);
  }

  private Response exchange(byte[] request) throws IOException {
    Socket open = socket;
    if (open == null) {
      open = new Socket();
      socket = open;
      open.setTcpNoDelay(true);
      open.setSoTimeout(TIMEOUT_MS);
      open.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
    }
    boolean complete = false;
    try {
      open.getOutputStream().write(request);
      Response response = response(open.getInputStream());
      complete = true;
      return response;
    } finally {
      if (!complete || closing) {
        close();
      }
    }
  }

  private Response response(InputStream in) throws IOException {
    position = 0;
    limit = 0;
    closing = false;
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
      throw new IOException("status line is \"%s\" (expected: HTTP/1.1)".formatted(status));
    }
    int code = Integer.parseInt(status.substring(9, 12));
    int length = -1;
    boolean chunked = false;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      } else if (header.startsWith("transfer-encoding:")) {
        chunked = header.endsWith("chunked");
      } else if (header.startsWith("connection:")) {
        closing = header.endsWith("close");
      }
    }
    if (code == 204 || code == 304) {
      return new Response(code, NOTHING);
    }
    if (chunked) {
      return new Response(code, chunks(in));
    }
    if (length < 0) {
      throw new IOException("answer has neither a length nor chunks");
    }
    byte[] body = new byte[length];
    read(in, body);
    return new Response(code, body);
  }

  private byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String size = line(in).split(";", 2)[0].strip();
      byte[] chunk = new byte[Integer.parseInt(size, 16)];
      if (chunk.length == 0) {
        while (!line(in).isEmpty()) {
          // Trailers say nothing of interest.
        }
        return body.toByteArray();
      }
      read(in, chunk);
      body.writeBytes(chunk);
      line(in);
    }
  }

  private void read(InputStream in, byte[] target) throws IOException {
    int filled = Math.min(limit - position, target.length);
    System.arraycopy(buffer, position, target, 0, filled);
    position += filled;
    if (in.readNBytes(target, filled, target.length - filled) < target.length - filled) {
      throw new EOFException("the server closed the connection within an answer");
    }
  }

  private String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (position == limit) {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        if (limit == 0) {
          throw new EOFException("the server closed the connection");
        }
      }
      byte next = buffer[position++];
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append((char) (next & 0xff));
      }
    }
  }

  /** Closes the connection; the next request opens another. */
  @Override
  public void close() throws IOException {
    Socket open = socket;
    socket = null;
    if (open != null) {
      open.close();
    }
  }
}

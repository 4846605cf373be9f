package io.hmsops.server.scrape;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection of one target for HTTP/1.1 without TLS, kept open from one scrape to the next. The
 * body is read where it will be parsed. One thread sends; {@link #close} is of any thread.
 */
final class PlainConnection implements AutoCloseable {
  private static final int DEFAULT_PORT = 80;
  private static final int MAX_HEADER_BYTES = 64 << 10;
  private static final int READ_BYTES = 64 << 10;

  /**
   * An answer. Headers that are not there are empty texts.
   *
   * @param body begins with the body; one byte behind it is free
   */
  // A carrier between two classes, never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(
      int status,
      String contentType,
      String contentEncoding,
      String location,
      byte[] body,
      int bodyLength) {}

  /** The headers that matter. */
  private static final class Head {
    int status;
    long contentLength = -1;
    boolean chunked;
    boolean keepAlive = true;
    String contentType = "";
    String contentEncoding = "";
    String location = "";
  }

  private final long bodyLimitBytes;
  private volatile @Nullable Socket socket;
  private volatile boolean closed;
  private String address = "";

  /** What was received; what is between the two positions was not looked at yet. */
  private byte[] received = {};

  private int position;
  private int end;
  private long deadlineNanos;
  private boolean answerBegan;

  PlainConnection(long bodyLimitBytes) {
    this.bodyLimitBytes = bodyLimitBytes;
  }

  /**
   * Sends a request without body and waits for the answer.
   *
   * @param host a name or an address, without brackets
   * @param port the port, −1 for the usual one
   * @param request the request line and all headers, each with its line's end, and an empty line
   * @param buffer what the body is read into; replaced if it is too small
   * @throws IOException if there is no answer
   */
  Answer send(String host, int port, String request, byte[] buffer, long deadlineNanos)
      throws IOException {
    this.deadlineNanos = deadlineNanos;
    String wanted = host + " " + port;
    boolean reused = socket != null && wanted.equals(address);
    try {
      return exchange(host, port, request, buffer, reused);
    } catch (SocketTimeoutException late) {
      disconnect();
      throw late;
    } catch (IOException broken) {
      disconnect();
      if (!reused || answerBegan || closed) {
        throw broken;
      }
      // The target may have closed the connection since the last scrape.
      return exchange(host, port, request, buffer, false);
    } finally {
      address = wanted;
    }
  }

  private Answer exchange(String host, int port, String request, byte[] buffer, boolean reused)
      throws IOException {
    answerBegan = false;
    boolean complete = false;
    try {
      Socket open = socket;
      if (open == null || !reused) {
        disconnect();
        open = connect(host, port);
      }
      OutputStream out = open.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      received = buffer;
      position = 0;
      end = 0;
      Answer answer = read(open.getInputStream(), open);
      complete = true;
      return answer;
    } finally {
      received = new byte[0];
      if (!complete) {
        disconnect();
      }
    }
  }

  private Socket connect(String host, int port) throws IOException {
    Socket fresh = new Socket();
    fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket = fresh;
    if (closed) {
      fresh.close();
    }
    fresh.connect(
        new InetSocketAddress(InetAddress.getByName(host), port < 0 ? DEFAULT_PORT : port),
        leftMs());
    return fresh;
  }

  private int leftMs() throws SocketTimeoutException {
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (leftMs <= 0) {
      throw new SocketTimeoutException("late");
    }
    return (int) Math.min(leftMs, Integer.MAX_VALUE);
  }

  /** Reads more behind {@link #end}, or {@return false} at the end of the stream. */
  private boolean fill(InputStream in, Socket open) throws IOException {
    if (end == received.length - 1 || received.length == 0) {
      received = Arrays.copyOf(received, Math.max(READ_BYTES, 2 * received.length));
    }
    open.setSoTimeout(leftMs());
    // A byte stays free for the end of the last line.
    int count = in.read(received, end, Math.min(READ_BYTES, received.length - 1 - end));
    if (count < 0) {
      return false;
    }
    end += count;
    answerBegan = true;
    return true;
  }

  private Answer read(InputStream in, Socket open) throws IOException {
    Head head;
    do {
      head = readHead(in, open);
    } while (head.status / 100 == 1);
    boolean noBody = head.status == 204 || head.status == 304;
    // The body moves to the front, where its reader wants it.
    System.arraycopy(received, position, received, 0, end - position);
    end -= position;
    position = 0;
    int length;
    if (noBody) {
      length = 0;
    } else if (head.chunked) {
      length = readChunks(in, open);
    } else if (head.contentLength >= 0) {
      length = readExactly(in, open, head.contentLength);
    } else {
      while (fill(in, open)) {
        checkLimit(end);
      }
      length = end;
      head.keepAlive = false;
    }
    if (!head.keepAlive) {
      disconnect();
    }
    return new Answer(
        head.status, head.contentType, head.contentEncoding, head.location, received, length);
  }

  private int readExactly(InputStream in, Socket open, long length) throws IOException {
    checkLimit(length);
    while (end < length) {
      if (!fill(in, open)) {
        throw new EOFException("unexpected EOF");
      }
    }
    return (int) length;
  }

  /** Joins the chunks at the front of the buffer. */
  private int readChunks(InputStream in, Socket open) throws IOException {
    int length = 0;
    while (true) {
      int size = chunkSize(readLine(in, open));
      if (size == 0) {
        break;
      }
      checkLimit((long) length + size);
      while (end - position < size + 2) {
        if (!fill(in, open)) {
          throw new EOFException("unexpected EOF");
        }
      }
      System.arraycopy(received, position, received, length, size);
      length += size;
      position += size + 2;
      if (position == end) {
        position = length;
        end = length;
      }
    }
    while (!readLine(in, open).isEmpty()) {
      // Trailers say nothing that matters here.
    }
    return length;
  }

  private static int chunkSize(String line) throws IOException {
    int semicolon = line.indexOf(';');
    String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
    try {
      return Math.toIntExact(Long.parseUnsignedLong(digits, 16));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IOException("malformed chunked encoding", e);
    }
  }

  private void checkLimit(long length) throws IOException {
    if (length > bodyLimitBytes || length > Integer.MAX_VALUE - READ_BYTES) {
      throw new BodyTooLargeException();
    }
  }

  /** The body is larger than the job allows. */
  static final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException() {
      super("body size limit exceeded");
    }
  }

  private String readLine(InputStream in, Socket open) throws IOException {
    int at = position;
    while (true) {
      for (; at < end; at++) {
        if (received[at] == '\n') {
          int lineEnd = at > position && received[at - 1] == '\r' ? at - 1 : at;
          String line =
              new String(received, position, lineEnd - position, StandardCharsets.ISO_8859_1);
          position = at + 1;
          return line;
        }
      }
      if (at - position > MAX_HEADER_BYTES) {
        throw new IOException("malformed HTTP response: a line is too long");
      }
      if (!fill(in, open)) {
        throw new EOFException(answerBegan ? "unexpected EOF" : "EOF");
      }
    }
  }

  private Head readHead(InputStream in, Socket open) throws IOException {
    Head head = new Head();
    int start = position;
    readStatus(readLine(in, open), head);
    for (String line = readLine(in, open); !line.isEmpty(); line = readLine(in, open)) {
      if (position - start > MAX_HEADER_BYTES) {
        throw new IOException("malformed HTTP response: headers are too long");
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IOException("malformed HTTP response: header line \"" + line + "\"");
      }
      readHeader(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          head);
    }
    return head;
  }

  private static void readStatus(String line, Head head) throws IOException {
    boolean http = line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ';
    try {
      head.status = http ? Integer.parseInt(line, 9, 12, 10) : 0;
    } catch (NumberFormatException e) {
      throw new IOException("malformed HTTP status \"" + line + "\"", e);
    }
    if (head.status < 100) {
      throw new IOException("malformed HTTP response \"" + line + "\"");
    }
    head.keepAlive = line.charAt(7) != '0';
  }

  private static void readHeader(String name, String value, Head head) throws IOException {
    switch (name) {
      case "content-type" ->
          head.contentType = head.contentType.isEmpty() ? value : head.contentType;
      case "content-encoding" -> head.contentEncoding = value;
      case "location" -> head.location = value;
      case "transfer-encoding" ->
          head.chunked |= value.toLowerCase(Locale.ROOT).endsWith("chunked");
      case "connection" -> {
        String option = value.toLowerCase(Locale.ROOT);
        head.keepAlive =
            option.equals("keep-alive") || (head.keepAlive && !option.contains("close"));
      }
      case "content-length" -> {
        try {
          head.contentLength = Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
          throw new IOException("bad Content-Length \"" + value + "\"", e);
        }
      }
      default -> {}
    }
  }

  private void disconnect() {
    Socket open = socket;
    socket = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException _) {
        // It is gone either way.
      }
    }
  }

  /** Ends the connection; a request under way fails. */
  @Override
  public void close() {
    closed = true;
    disconnect();
  }
}

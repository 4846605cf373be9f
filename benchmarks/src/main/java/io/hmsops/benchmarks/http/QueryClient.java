package io.hmsops.benchmarks.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * What does a request cost the server? Sends one GET over and over on keep-alive connections, each
 * with one request at a time, and tells the server's own CPU time (user and system, of {@code
 * /proc/PID/stat}) for each, requests per second, quantiles of latency, and a checksum of the
 * answers' bodies, which must all be the same length. One thread, so that the client takes little
 * of the machine.
 *
 * <p>Arguments: host:port, the server's pid, connections, seconds of warm-up, seconds, the target
 * ({@code /api/v1/query?…}).
 */
public final class QueryClient {
  private static final int TICKS_PER_SECOND = 100;
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final byte[] request;
  private final long[] latenciesNanos = new long[1 << 21];
  private int answers;
  private long bodyBytes;
  private long checksum;

  private QueryClient(String address, String target) {
    request =
        "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n"
            .formatted(target, address)
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** One connection with the answer that it reads. */
  private final class Exchange {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
    private final ByteBuffer out = ByteBuffer.wrap(request);
    private final AnswerReader reader = new AnswerReader();
    private long begunNanos;

    Exchange(SocketChannel channel) {
      this.channel = channel;
    }

    void send() throws IOException {
      out.rewind();
      reader.begin();
      begunNanos = System.nanoTime();
      while (out.hasRemaining()) {
        var _ = channel.write(out);
      }
    }

    /** Reads what is there, and sends the next request if the answer is complete. */
    void read() throws IOException {
      buffer.clear();
      if (channel.read(buffer) < 0) {
        throw new EOFException("the server closed a connection");
      }
      buffer.flip();
      reader.read(buffer);
      if (reader.isComplete()) {
        latenciesNanos[answers++ % latenciesNanos.length] = System.nanoTime() - begunNanos;
        bodyBytes = reader.bodyBytes();
        checksum = reader.checksum();
        send();
      }
    }
  }

  /** Reads answers with a length or in chunks. */
  private static final class AnswerReader {
    private final StringBuilder line = new StringBuilder();
    private final CRC32 crc = new CRC32();
    private boolean inHead;
    private boolean chunked;
    private long left;
    private long bodyBytes;
    private boolean complete;
    private int headMatched;

    void begin() {
      line.setLength(0);
      crc.reset();
      inHead = true;
      chunked = false;
      left = 0;
      bodyBytes = 0;
      complete = false;
      headMatched = 0;
    }

    boolean isComplete() {
      return complete;
    }

    long bodyBytes() {
      return bodyBytes;
    }

    long checksum() {
      return crc.getValue();
    }

    void read(ByteBuffer in) throws IOException {
      while (in.hasRemaining() && !complete) {
        if (inHead) {
          readHead(in);
        } else if (left > 0) {
          int part = (int) Math.min(left, in.remaining());
          ByteBuffer slice = in.slice(in.position(), part);
          crc.update(slice);
          in.position(in.position() + part);
          left -= part;
          bodyBytes += part;
          complete = left == 0 && !chunked;
        } else {
          readChunkHead(in);
        }
      }
    }

    private void readHead(ByteBuffer in) throws IOException {
      byte b = in.get();
      line.append((char) (b & 0xff));
      headMatched = b == HEAD_END[headMatched] ? headMatched + 1 : b == '\r' ? 1 : 0;
      if (headMatched < HEAD_END.length) {
        return;
      }
      String head = line.toString().toLowerCase(Locale.ROOT);
      if (!head.startsWith("http/1.1 200")) {
        throw new IOException("answer: " + head);
      }
      inHead = false;
      line.setLength(0);
      chunked = head.contains("transfer-encoding: chunked");
      int length = head.indexOf("content-length:");
      if (!chunked) {
        left = Long.parseLong(head.substring(length + 15, head.indexOf('\r', length)).strip());
        complete = left == 0;
      }
    }

    private void readChunkHead(ByteBuffer in) {
      char c = (char) (in.get() & 0xff);
      if (c != '\n') {
        line.append(c);
        return;
      }
      String text = line.toString().strip();
      if (!text.isEmpty()) {
        left = Long.parseLong(text, 16);
        // The line behind the last chunk is the answer's last.
        if (left == 0) {
          line.setLength(0);
          line.append('0');
          complete = in.remaining() >= 2 || in.remaining() == 0;
          in.position(in.limit());
        }
      }
      line.setLength(0);
    }
  }

  private void run(InetSocketAddress address, int connections, Selector selector, long untilNanos)
      throws IOException {
    if (selector.keys().isEmpty()) {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        Exchange exchange = new Exchange(channel);
        channel.register(selector, SelectionKey.OP_READ, exchange);
        exchange.send();
      }
    }
    while (System.nanoTime() < untilNanos) {
      selector.select(
          key -> {
            try {
              ((Exchange) key.attachment()).read();
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          },
          100);
    }
  }

  /** {@return the CPU time of a process, in seconds} */
  private static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
  }

  private static String peakMemory(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(l -> l.startsWith("VmHWM") || l.startsWith("VmRSS"))
        .map(l -> l.replaceAll("\\s+", " "))
        .reduce("", (a, b) -> a + " " + b);
  }

  /**
   * Runs the load.
   *
   * @param args see above
   * @throws IOException if the server cannot be reached or answers anything but 200
   */
  public static void main(String[] args) throws IOException {
    String[] hostPort = args[0].split(":", -1);
    InetSocketAddress address = new InetSocketAddress(hostPort[0], Integer.parseInt(hostPort[1]));
    long pid = Long.parseLong(args[1]);
    int connections = Integer.parseInt(args[2]);
    QueryClient client = new QueryClient(args[0], args[5]);
    try (Selector selector = Selector.open()) {
      client.run(
          address,
          connections,
          selector,
          System.nanoTime() + Long.parseLong(args[3]) * 1_000_000_000);
      int before = client.answers;
      double cpu = cpuSeconds(pid);
      long begin = System.nanoTime();
      client.run(address, connections, selector, begin + Long.parseLong(args[4]) * 1_000_000_000);
      double seconds = (System.nanoTime() - begin) / 1e9;
      cpu = cpuSeconds(pid) - cpu;
      int count = client.answers - before;
      int kept = Math.min(count, client.latenciesNanos.length);
      long[] sorted = new long[kept];
      for (int i = 0; i < kept; i++) {
        sorted[i] = client.latenciesNanos[(client.answers - 1 - i) % client.latenciesNanos.length];
      }
      Arrays.sort(sorted);
      System.out.printf(
          Locale.ROOT,
          "%d requests, %.1f CPU-us each, %.0f a second; p50 %.0f us, p99 %.0f us; body %d bytes, crc %08x;%s%n",
          count,
          cpu * 1e6 / count,
          count / seconds,
          sorted[kept / 2] / 1e3,
          sorted[kept - 1 - kept / 100] / 1e3,
          client.bodyBytes,
          client.checksum,
          peakMemory(pid));
    }
  }
}

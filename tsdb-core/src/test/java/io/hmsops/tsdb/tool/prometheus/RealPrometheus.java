package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Prometheus over a directory, written to by its remote-write port. */
final class RealPrometheus implements AutoCloseable {
  private final Process process;
  private final String base;
  private final Path log;
  private final HttpClient client = HttpClient.newHttpClient();

  private RealPrometheus(Process process, String base, Path log) {
    this.process = process;
    this.base = base;
    this.log = log;
  }

  /** {@return whether programs of these names are installed} */
  static boolean installed(String... names) {
    for (String name : names) {
      if (!Files.isExecutable(Path.of("/usr/bin", name))) {
        return false;
      }
    }
    return true;
  }

  static RealPrometheus start(Path temporary, Path data) throws IOException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path config = temporary.resolve("prometheus.yml");
    Files.writeString(
        config,
        "storage: {tsdb: {out_of_order_time_window: 30m}, exemplars: {max_exemplars: 100}}\n");
    Path log = temporary.resolve("prometheus-%d.log".formatted(port));
    Process process =
        new ProcessBuilder(
                "/usr/bin/prometheus",
                "--config.file=" + config,
                "--web.listen-address=127.0.0.1:" + port,
                "--storage.tsdb.path=" + data,
                "--storage.tsdb.retention.time=100y",
                "--web.enable-remote-write-receiver",
                "--web.enable-admin-api",
                "--enable-feature=native-histograms,exemplar-storage")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RealPrometheus started = new RealPrometheus(process, "http://127.0.0.1:" + port, log);
    for (int i = 0; !started.isReady(); i++) {
      if (i > 600 || !process.isAlive()) {
        throw new AssertionError("Prometheus does not start:\n" + Files.readString(log));
      }
      waitABit(process);
    }
    return started;
  }

  static void waitABit(Process process) throws InterruptedException {
    var _ = process.waitFor(50, TimeUnit.MILLISECONDS);
  }

  Process process() {
    return process;
  }

  private boolean isReady() throws InterruptedException {
    try {
      return send("GET", "/-/ready", new byte[0]).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  HttpResponse<String> send(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(base + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .header("Content-Encoding", "snappy")
            .header("Content-Type", "application/x-protobuf")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  String query(String expression, long timeMs) throws IOException, InterruptedException {
    return send(
            "GET",
            "/api/v1/query?time=%s&query=%s"
                .formatted(timeMs / 1000.0, URLEncoder.encode(expression, StandardCharsets.UTF_8)),
            new byte[0])
        .body();
  }

  void write(List<Message> series) throws IOException, InterruptedException {
    Message request = new Message();
    series.forEach(one -> request.message(1, one));
    HttpResponse<String> response =
        send("POST", "/api/v1/write", literals(request.bytes.toByteArray()));
    if (response.statusCode() / 100 != 2) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
  }

  /** {@return a Snappy block of nothing but literals} */
  private static byte[] literals(byte[] content) {
    Message out = new Message();
    out.varint(content.length);
    for (int from = 0; from < content.length; from += 1 << 16) {
      int length = Math.min(1 << 16, content.length - from);
      out.bytes.write(61 << 2);
      out.bytes.write(length - 1);
      out.bytes.write((length - 1) >> 8);
      out.bytes.write(content, from, length);
    }
    return out.bytes.toByteArray();
  }

  /** Ends it as a service manager does. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** A message in the encoding of Protocol Buffers. */
  static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Message series(Labels labels) {
      Message series = new Message();
      labels(labels, series, 1);
      return series;
    }

    private static void labels(Labels labels, Message into, int field) {
      for (Label label : labels) {
        Message pair = new Message();
        pair.text(1, label.name());
        pair.text(2, label.value());
        into.message(field, pair);
      }
    }

    Message sample(long timestampMs, double value) {
      Message sample = new Message();
      sample.doubled(1, value);
      sample.number(2, timestampMs);
      message(2, sample);
      return this;
    }

    Message exemplar(Exemplar exemplar) {
      Message message = new Message();
      labels(exemplar.labels(), message, 1);
      message.doubled(2, exemplar.value());
      message.number(3, exemplar.timestampMs());
      message(3, message);
      return this;
    }

    Message histogram(long timestampMs, Histogram h) {
      Message message = new Message();
      if (h.wholeNumbers()) {
        message.number(1, (long) h.count());
        message.number(6, (long) h.zeroCount());
      } else {
        message.doubled(2, h.count());
        message.doubled(7, h.zeroCount());
      }
      message.doubled(3, h.sum());
      message.number(4, zigzag(h.schema()));
      message.doubled(5, h.zeroThreshold());
      spans(h.negativeSpans(), message, 8);
      buckets(h, h.negativeBuckets(), message, 9);
      spans(h.positiveSpans(), message, 11);
      buckets(h, h.positiveBuckets(), message, 12);
      message.number(14, h.resetHint() == CounterResetHint.GAUGE ? 3 : 0);
      message.number(15, timestampMs);
      message(4, message);
      return this;
    }

    private static long zigzag(long value) {
      return (value << 1) ^ (value >> 63);
    }

    private static void spans(int[] spans, Message into, int field) {
      for (int i = 0; i < spans.length; i += 2) {
        Message span = new Message();
        span.number(1, zigzag(spans[i]));
        span.number(2, spans[i + 1]);
        into.message(field, span);
      }
    }

    private static void buckets(Histogram h, double[] populations, Message into, int field) {
      Message packed = new Message();
      long before = 0;
      for (double population : populations) {
        if (h.wholeNumbers()) {
          packed.varint(zigzag((long) population - before));
          before = (long) population;
        } else {
          packed.little(population);
        }
      }
      into.message(h.wholeNumbers() ? field : field + 1, packed);
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    private void number(int field, long value) {
      varint(field << 3);
      varint(value);
    }

    private void little(double value) {
      bytes.writeBytes(
          ByteBuffer.allocate(Double.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putDouble(value)
              .array());
    }

    private void doubled(int field, double value) {
      varint(field << 3 | 1);
      little(value);
    }

    private void text(int field, String text) {
      block(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private void message(int field, Message message) {
      block(field, message.bytes.toByteArray());
    }

    private void block(int field, byte[] content) {
      varint(field << 3 | 2);
      varint(content.length);
      bytes.writeBytes(content);
    }
  }

  /** {@return what a program writes; it must end with 0} */
  static String run(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(all + ": " + process.exitValue() + "\n" + output);
    }
    return output;
  }
}

package io.hmsops.query.differential;

import io.hmsops.query.testing.JsonCase;
import io.hmsops.tsdb.sample.StaleMarker;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Prometheus process on a port of its own, filled by remote write. */
final class PeerPrometheus implements AutoCloseable {
  private static final String READY = "Server is ready to receive web requests";

  private static final SeriesData.Sample CREATION =
      new SeriesData.Sample(RandomData.START_MS - TimeUnit.MINUTES.toMillis(45), StaleMarker.VALUE);

  private final Path directory;
  private final Process process;
  private final URI base;
  private final HttpClient client = HttpClient.newHttpClient();

  private PeerPrometheus(Path directory, Process process, URI base) {
    this.directory = directory;
    this.process = process;
    this.base = base;
  }

  static PeerPrometheus start(Path directory, String command, String features) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path config = Files.writeString(directory.resolve("prometheus.yml"), "global: {}\n");
    Process process =
        new ProcessBuilder(
                command,
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.enable-remote-write-receiver",
                "--enable-feature=" + features)
            .redirectErrorStream(true)
            .start();
    BufferedReader log = process.inputReader();
    StringBuilder seen = new StringBuilder();
    for (String line = log.readLine(); ; line = log.readLine()) {
      if (line == null) {
        throw new IOException("prometheus ended before it was ready:\n" + seen);
      }
      seen.append(line).append('\n');
      if (line.contains(READY)) {
        break;
      }
    }
    // What it still has to say must not fill the pipe.
    Thread.ofVirtual().start(() -> drain(log));
    return new PeerPrometheus(directory, process, URI.create("http://127.0.0.1:" + port));
  }

  private static void drain(BufferedReader log) {
    try {
      while (log.readLine() != null) {
        // Thrown away.
      }
    } catch (IOException e) {
      // The process has ended, and its pipe with it.
    }
  }

  /**
   * Writes everything, a scrape at a time: the head takes nothing much older than its newest, and
   * of one request the floats of a series before its histograms.
   */
  void write(List<SeriesData> series) throws IOException, InterruptedException {
    // Series have the order of their labels here, of their creation there: they are created so, by
    // a marker long before anything is looked at.
    send(
        series.stream()
            .sorted(Comparator.comparing(SeriesData::labels))
            .map(one -> new SeriesData(one.labels(), List.of(CREATION)))
            .toList());
    for (long from = RandomData.START_MS;
        from < RandomData.END_MS;
        from += RandomData.INTERVAL_MS) {
      long start = from;
      List<SeriesData> slice =
          series.stream().map(one -> one.between(start, start + RandomData.INTERVAL_MS)).toList();
      send(slice);
    }
  }

  private void send(List<SeriesData> series) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(base.resolve("/api/v1/write"))
                .header("Content-Encoding", "snappy")
                .header("Content-Type", "application/x-protobuf")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(RemoteWrite.request(series)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "remote write: %d %s".formatted(response.statusCode(), response.body()));
    }
  }

  /** {@return the answer to a query over a range of times; one step is an instant query} */
  Answer query(String query, Times times) throws IOException, InterruptedException {
    boolean instant = times.stepMs() == 0;
    Map<String, String> parameters =
        instant
            ? Map.of("query", query, "time", seconds(times.startMs()))
            : Map.of(
                "query",
                query,
                "start",
                seconds(times.startMs()),
                "end",
                seconds(times.endMs()),
                "step",
                seconds(times.stepMs()));
    String form =
        parameters.entrySet().stream()
            .map(
                entry ->
                    entry.getKey()
                        + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(base.resolve(instant ? "/api/v1/query" : "/api/v1/query_range"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return Answer.of(JsonCase.of(response.body()));
  }

  private static String seconds(long timeMs) {
    return java.math.BigDecimal.valueOf(timeMs, 3).toPlainString();
  }

  private Process kill() {
    return process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).exceptionally(_ -> kill()).join();
    client.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

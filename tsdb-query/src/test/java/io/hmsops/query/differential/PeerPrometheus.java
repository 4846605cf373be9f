package io.hmsops.query.differential;

import io.hmsops.query.testing.JsonCase;
import io.hmsops.tsdb.labels.Labels;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Prometheus process on a port of its own, filled by remote write. */
final class PeerPrometheus implements AutoCloseable {
  private static final String READY = "Server is ready to receive web requests";

  private final Path directory;
  private final Process process;
  private final URI base;
  private final HttpClient client = HttpClient.newHttpClient();

  private PeerPrometheus(Path directory, Process process, URI base) {
    this.directory = directory;
    this.process = process;
    this.base = base;
  }

  static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "prometheus")));
  }

  static PeerPrometheus start(Path directory) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path config = Files.writeString(directory.resolve("prometheus.yml"), "global: {}\n");
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.enable-remote-write-receiver")
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
   * Writes everything, half an hour at a time: the head takes nothing much older than its newest.
   */
  void write(List<RandomData.Series> series) throws IOException, InterruptedException {
    long sliceMs = TimeUnit.MINUTES.toMillis(30);
    for (long from = RandomData.START_MS; from < RandomData.END_MS; from += sliceMs) {
      long start = from;
      List<RandomData.Series> slice =
          series.stream()
              .map(
                  one ->
                      new RandomData.Series(
                          one.labels(),
                          one.samples().stream()
                              .filter(s -> s.timeMs() >= start && s.timeMs() < start + sliceMs)
                              .toList()))
              .toList();
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(base.resolve("/api/v1/write"))
                  .header("Content-Encoding", "snappy")
                  .header("Content-Type", "application/x-protobuf")
                  .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(RemoteWrite.request(slice)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new IOException(
            "remote write: %d %s".formatted(response.statusCode(), response.body()));
      }
    }
  }

  /** {@return the answer to a query over a range of times; one step is an instant query} */
  Answer query(String query, long startMs, long endMs, long stepMs)
      throws IOException, InterruptedException {
    boolean instant = startMs == endMs;
    Map<String, String> parameters =
        instant
            ? Map.of("query", query, "time", seconds(startMs))
            : Map.of(
                "query",
                query,
                "start",
                seconds(startMs),
                "end",
                seconds(endMs),
                "step",
                seconds(stepMs));
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
    JsonCase answer = JsonCase.of(response.body());
    if (!answer.text("status").equals("success")) {
      return Answer.failed(answer.text("error"));
    }
    return answer(answer.object("data"));
  }

  private static String seconds(long timeMs) {
    return java.math.BigDecimal.valueOf(timeMs, 3).toPlainString();
  }

  private static Answer answer(JsonCase data) {
    Answer answer = new Answer();
    if (data.text("resultType").equals("scalar")) {
      answer.add(Labels.EMPTY, data.list("result"));
      return answer;
    }
    for (JsonCase series : data.objects("result")) {
      Labels.Builder labels = new Labels.Builder();
      series.object("metric").members().forEach((name, value) -> labels.set(name, text(value)));
      List<@Nullable Object> points =
          series.has("values")
              ? series.list("values")
              : new ArrayList<>(List.of(series.get("value")));
      for (Object point : points) {
        answer.add(labels.build(), (List<?>) Objects.requireNonNull(point));
      }
    }
    return answer;
  }

  private static String text(@Nullable Object value) {
    return (String) Objects.requireNonNull(value);
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
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.hmsops.server.app.demo;

import io.hmsops.server.notify.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server process of the demo, and the questions the demo asks it. */
final class DemoServer implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Process process;
  private final String url;
  private final Path log;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  private DemoServer(Process process, String url, Path log) {
    this.process = process;
    this.url = url;
    this.log = log;
  }

  static DemoServer start(Path directory, int port) throws IOException {
    Path log = directory.resolve("server.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.hmsops.server.app.Main",
                "run",
                "--listen",
                "127.0.0.1:" + port,
                "--data",
                directory.resolve("data").toString(),
                "--config",
                directory.resolve("prometheus.yml").toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new DemoServer(process, "http://127.0.0.1:" + port, log);
  }

  String url() {
    return url;
  }

  boolean isReady() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new IOException(
          "the server ended with code %d:%n%s"
              .formatted(process.exitValue(), Files.readString(log)));
    }
    try {
      return send("GET", url + "/-/ready").statusCode() == 200;
    } catch (java.net.ConnectException notYet) {
      return false;
    }
  }

  /** Posts without a body. */
  void post(String target) throws IOException, InterruptedException {
    int status = send("POST", target).statusCode();
    if (status != 200) {
      throw new IOException("%s answered %d (expected: 200)".formatted(target, status));
    }
  }

  private HttpResponse<String> send(String method, String target)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(target))
            .timeout(TIMEOUT)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private Map<?, ?> data(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send("GET", url + path);
    if (Json.parse(response.body()) instanceof Map<?, ?> answer
        && answer.get("data") instanceof Map<?, ?> data) {
      return data;
    }
    throw new IOException(
        "%s answered %d %s".formatted(path, response.statusCode(), response.body()));
  }

  private List<?> list(String path, String name) throws IOException, InterruptedException {
    return data(path).get(name) instanceof List<?> list ? list : List.of();
  }

  List<String> lints() throws IOException, InterruptedException {
    return list("/ops/rule-files", "lints").stream().map(String::valueOf).toList();
  }

  List<?> timeline() throws IOException, InterruptedException {
    return list("/ops/timeline", "events");
  }

  List<?> alerts() throws IOException, InterruptedException {
    return list("/api/v1/alerts", "alerts");
  }

  /** {@return whether an alert is in a state} */
  boolean hasAlert(String state) throws IOException, InterruptedException {
    return alerts().stream()
        .anyMatch(alert -> alert instanceof Map<?, ?> map && state.equals(map.get("state")));
  }

  /** {@return the value of the only element of a query's answer, NaN if there is none} */
  double query(String expr) throws IOException, InterruptedException {
    String path = "/api/v1/query?query=" + URLEncoder.encode(expr, StandardCharsets.UTF_8);
    List<?> result = list(path, "result");
    if (!result.isEmpty()
        && result.get(0) instanceof Map<?, ?> first
        && first.get("value") instanceof List<?> pair) {
      return number(pair.get(1));
    }
    return Double.NaN;
  }

  private static double number(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.endsWith("Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    client.shutdownNow();
  }
}

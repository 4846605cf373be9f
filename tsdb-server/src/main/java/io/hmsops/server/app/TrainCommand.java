package io.hmsops.server.app;

import io.hmsops.server.http.HttpServer;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code hms train}: a short life of a server in a temporary directory, so that the classes of a
 * usual start can be archived. The launcher runs it after a build.
 */
@Command(name = "train", hidden = true, description = "Run once for class-data sharing.")
final class TrainCommand implements Callable<Integer> {
  private static final String RULES =
      """
      groups:
      - name: train
        interval: 1s
        rules:
        - alert: Train
          expr: sum by (job) (rate(up[1m])) >= 0 or histogram_quantile(0.9, up)
          labels: {severity: none}
      """;

  @Override
  public Integer call() throws Failure, IOException {
    Path directory = TemporaryDirectory.create("hms-train");
    try {
      Files.createDirectories(directory.resolve("rules"));
      Files.writeString(directory.resolve("rules").resolve("train.yml"), RULES);
      Path config = directory.resolve("prometheus.yml");
      String listen = "127.0.0.1:" + freePort();
      Path data = directory.resolve("data");
      RunOptions options =
          PlainArguments.read(
                  RunCommand.NAME,
                  "--listen=" + listen,
                  "--data=" + data,
                  "--config=" + config,
                  "--log.level=error")
              .orElseThrow();
      Files.writeString(
          config,
          """
          global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
          scrape_configs:
          - job_name: train
            static_configs: [{targets: ['%s']}]
          """
              .formatted(listen));
      HttpServer.prepare();
      serve(options);
      // The second start has a checkpoint and a log to read.
      try (Tsdb store = Tsdb.open(data, Options.defaults())) {
        store.checkpoint();
      }
      serve(options);
    } finally {
      TemporaryDirectory.delete(directory);
    }
    return ExitCode.OK;
  }

  private static void serve(RunOptions options) throws Failure {
    Server server = Server.start(options);
    ask(server.url());
    server.stop();
  }

  private static void ask(String url) throws Failure {
    ServerClient client = new ServerClient(url);
    for (int i = 0; i < 20; i++) {
      get(client, "/metrics");
      get(client, "/api/v1/query?query=up");
      get(client, "/api/v1/query?query=count(up)");
      get(client, "/api/v1/query?query=sum%20by%20(job)%20(rate(up%5B1m%5D))");
      get(client, "/api/v1/query_range?query=rate(up%5B1m%5D)&start=0&end=600&step=15");
      get(client, "/api/v1/targets");
      get(client, "/api/v1/rules");
      get(client, "/targets");
      get(client, "/");
    }
  }

  private static void get(ServerClient client, String path) throws Failure {
    HttpResponse<String> answer = client.send("GET", path, "");
    if (answer.statusCode() >= 500) {
      throw new Failure(ExitCode.FAILED, path + ": " + answer.body(), null);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

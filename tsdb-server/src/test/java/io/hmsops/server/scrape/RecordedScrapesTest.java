package io.hmsops.server.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hmsops.server.config.PrometheusConfigReader;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.config.YamlDocument;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.testing.MemoryStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Serves the recorded pages by a real server to three scrapes, and compares health, error and
 * series with what was recorded. The clock is moved by hand.
 */
class RecordedScrapesTest {
  private static final long START_MS = 1_700_000_000_000L;
  private static final long LAST_MS = START_MS + 2000;
  private static final int CASES_FLOOR = 57;

  /** What is missing here and stands so in the documentation. */
  private static final List<String> NOT_SUPPORTED =
      List.of("classic to custom buckets", "… keeping the classic ones", "type and unit labels");

  @Test
  void recordedPagesGiveTheRecordedHealthErrorAndSeries() throws Exception {
    List<String> different = new ArrayList<>();
    int agreeing = 0;
    for (String line : Files.readAllLines(recorded())) {
      YamlMapping one = YamlDocument.parse("recorded", line).asMapping();
      String name = one.text("case", "");
      List<String> problems = NOT_SUPPORTED.contains(name) ? List.of("not supported") : run(one);
      if (problems.isEmpty()) {
        agreeing++;
      } else if (!NOT_SUPPORTED.contains(name)) {
        different.add(name + ": " + problems);
      }
    }
    System.out.printf("scrape: %d recorded pages agree%n", agreeing);
    assertThat(different).isEmpty();
    assertThat(agreeing).isGreaterThanOrEqualTo(CASES_FLOOR);
  }

  private static Path recorded() {
    Path root = Path.of(System.getProperty("hms.root", System.getProperty("user.dir")));
    Path file = root.resolve("../shared/conformance/scrape/recorded.jsonl").normalize();
    Assumptions.assumeTrue(Files.exists(file), "no shared conformance data");
    return file;
  }

  private static List<String> run(YamlMapping one) throws Exception {
    RecordedServer server = new RecordedServer(one);
    MemoryStore store = new MemoryStore();
    try {
      String yaml =
          """
          scrape_configs:
            - job_name: j
              scrape_interval: 1s
              scrape_timeout: 900ms
              static_configs: [{targets: ['%s'], labels: {instance: i, env: t}}]
              %s
          """
              .formatted(
                  server.address(), one.text("scrape_config", "").replaceAll("\n +", "\n    "));
      ScrapeConfig config =
          PrometheusConfigReader.parse("case", Path.of("."), yaml, Map.of())
              .scrapeConfigs()
              .getFirst();
      Target target = new TargetBuilder(config).build(config.staticConfigs()).active().getFirst();
      try (PageFetcher fetcher = new PageFetcher(config, new PageBuffers())) {
        TargetScraper scraper =
            new TargetScraper(
                config, target, fetcher, store, new ScrapeMetrics(new PrometheusRegistry()));
        server.serve(one.text("page", ""));
        scraper.scrape(START_MS);
        server.serve(one.text("second_page", one.text("page", "")));
        scraper.scrape(START_MS + 1000);
        scraper.scrape(LAST_MS);
        return compare(one, server, scraper.state(), store);
      }
    } finally {
      server.close();
    }
  }

  private static List<String> compare(
      YamlMapping one, RecordedServer server, TargetState state, MemoryStore store)
      throws Exception {
    List<String> problems = new ArrayList<>();
    check(problems, "Accept", server.accept(), one.text("request_accept", ""));
    check(problems, "health", state.health().text(), one.text("health", ""));
    check(problems, "error", state.lastError(), one.text("last_error", ""));
    Map<Labels, StoredSeries> stored = StoredSeries.all(store, START_MS, LAST_MS);
    List<String> expectedNames = new ArrayList<>();
    for (YamlNode node : one.list("series")) {
      Labels labels = labels(node.asMapping().required("metric").asMapping());
      expectedNames.add(labels.toString());
      StoredSeries series = stored.get(labels);
      List<String> expected = node.asMapping().texts("first_values");
      if (series != null && !expected.isEmpty()) {
        check(problems, labels.toString(), numbers(series.values()), numbers(expected));
      }
    }
    expectedNames.sort(null);
    check(
        problems,
        "series",
        stored.keySet().stream().map(Labels::toString).sorted().toList().toString(),
        expectedNames.toString());
    List<String> present = new ArrayList<>();
    for (String text : one.texts("still_present")) {
      present.add(labels(YamlDocument.parse("labels", text).asMapping()).toString());
    }
    present.sort(null);
    check(problems, "still present", stillPresent(stored).toString(), present.toString());
    check(
        problems,
        "metadata",
        state.metadata().keySet().stream().sorted().toList().toString(),
        metadataNames(one).toString());
    return problems;
  }

  private static List<String> metadataNames(YamlMapping one) throws Exception {
    List<String> names = new ArrayList<>();
    for (YamlNode node : one.list("metadata")) {
      names.add(node.asMapping().text("metric", ""));
    }
    names.sort(null);
    return names;
  }

  private static List<String> stillPresent(Map<Labels, StoredSeries> stored) {
    List<String> names = new ArrayList<>();
    stored.forEach(
        (labels, series) -> {
          boolean report = labels.metricName().startsWith("scrape_");
          if (!report && !series.ended()) {
            names.add(labels.toString());
          }
        });
    names.sort(null);
    return names;
  }

  private static void check(List<String> problems, String what, String got, String expected) {
    if (!got.equals(expected)) {
      problems.add("%s: got <%s>, expected <%s>".formatted(what, got, expected));
    }
  }

  private static String numbers(List<String> values) {
    return values.stream()
        .limit(2)
        .map(value -> Double.parseDouble(value.replaceFirst("Inf$", "Infinity")))
        .toList()
        .toString();
  }

  private static Labels labels(YamlMapping node) throws Exception {
    Labels.Builder labels = new Labels.Builder();
    node.asTexts().forEach(labels::add);
    return labels.build();
  }

  /** Answers every request with one page. */
  private static final class RecordedServer implements AutoCloseable {
    private final HttpServer server;
    private volatile byte[] body = {};
    private volatile String accept = "";

    RecordedServer(YamlMapping one) throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      int status = (int) one.integer("status", 200);
      String contentType = one.text("content_type", "");
      String encoding = one.text("encoding", "");
      boolean latin1 = one.text("case", "").equals("invalid UTF-8");
      server.createContext(
          "/metrics",
          exchange -> {
            accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
            byte[] page = latin1 ? latin1(body) : body;
            if (!contentType.isEmpty()) {
              exchange.getResponseHeaders().set("Content-Type", contentType);
            }
            if (!encoding.isEmpty()) {
              exchange.getResponseHeaders().set("Content-Encoding", "gzip");
              page = gzip(page, encoding.equals("broken"));
            }
            exchange.sendResponseHeaders(status, page.length == 0 ? -1 : page.length);
            if (page.length > 0) {
              exchange.getResponseBody().write(page);
            }
            exchange.close();
          });
      server.start();
    }

    private static byte[] latin1(byte[] utf8) {
      return new String(utf8, StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] gzip(byte[] page, boolean broken) throws IOException {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
        stream.write(page);
      }
      byte[] whole = packed.toByteArray();
      return broken ? Arrays.copyOf(whole, whole.length / 2) : whole;
    }

    String address() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    String accept() {
      return accept;
    }

    void serve(String page) {
      body =
          page.replace("@TMS", Long.toString(START_MS))
              .replace("@TS", Long.toString(START_MS / 1000))
              .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}

package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the recorded answers do not cover. */
class ApiRoutesTest {
  private static final byte[] NO_BODY = {};

  private static final class OneTarget implements TargetSource {
    @Override
    public List<String> pools() {
      return List.of("job-a");
    }

    @Override
    public List<TargetStatus> active() {
      return List.of(
          new TargetStatus(
              "job-a",
              Labels.of("__address__", "h:1"),
              Labels.of("instance", "<h>:1"),
              "http://h:1/metrics",
              "http://h:1/metrics",
              TargetStatus.Health.DOWN,
              "connection refused",
              ApiServer.NOW.toEpochMilli(),
              0.5,
              30_000,
              10_000));
    }

    @Override
    public List<TargetStatus.Dropped> dropped() {
      return List.of(new TargetStatus.Dropped("job-a", Labels.of("__address__", "h:2")));
    }

    @Override
    public List<TargetMetadata> metadata() {
      Metadata help = new Metadata("counter", "", "requests");
      return List.of(new TargetMetadata(Labels.of("instance", "h:1"), "x_total", help));
    }
  }

  @Test
  void targetsAreShownWithTheirState() throws Exception {
    try (ApiServer server = new ApiServer(o -> o, s -> s.withTargets(new OneTarget()))) {
      assertThat(server.get("/api/v1/targets").body())
          .isEqualTo(
              "{\"status\":\"success\",\"data\":{\"activeTargets\":[{\"discoveredLabels\":{\"__address__\":\"h:1\"},"
                  + "\"labels\":{\"instance\":\"<h>:1\"},\"scrapePool\":\"job-a\",\"scrapeUrl\":\"http://h:1/metrics\","
                  + "\"globalUrl\":\"http://h:1/metrics\",\"lastError\":\"connection refused\","
                  + "\"lastScrape\":\"2023-11-15T00:13:20Z\",\"lastScrapeDuration\":0.5,\"health\":\"down\","
                  + "\"scrapeInterval\":\"30s\",\"scrapeTimeout\":\"10s\"}],\"droppedTargets\":["
                  + "{\"discoveredLabels\":{\"__address__\":\"h:2\"},\"scrapePool\":\"job-a\"}],"
                  + "\"droppedTargetCounts\":{\"job-a\":1}}}");
      assertThat(server.get("/api/v1/metadata?metric=x_total").body())
          .contains("{\"x_total\":[{\"type\":\"counter\",\"help\":\"requests\",\"unit\":\"\"}]}");
      assertThat(
              server
                  .get("/api/v1/targets/metadata?match_target=%7Binstance%3D%22other%22%7D")
                  .body())
          .contains("\"data\":[]");
    }
  }

  @Test
  void pagesEscapeWhatTheyShowAndAllowNothingElse() throws Exception {
    try (ApiServer server = new ApiServer(o -> o, s -> s.withTargets(new OneTarget()))) {
      HttpResponse<String> page = server.get("/targets");
      assertThat(page.body()).contains("&lt;h&gt;:1", "DOWN").doesNotContain("<h>");
      assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'");
      for (String path : List.of("/", "/alerts", "/rules", "/status")) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
      }
    }
  }

  @Test
  void whatIsNotReadySaysSo() throws Exception {
    try (ApiServer server = new ApiServer(o -> o, s -> s.withReadiness(() -> Readiness.STOPPING))) {
      HttpResponse<String> answer = server.get("/api/v1/query?query=1");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("X-Prometheus-Stopping")).contains("true");
      assertThat(server.get("/-/ready").statusCode()).isEqualTo(503);
      assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
      assertThat(server.get("/api/v1/status/walreplay").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void reloadIsForOperatorsAndNotForPages() throws Exception {
    AtomicInteger reloads = new AtomicInteger();
    Reloader reloader =
        () -> {
          if (reloads.incrementAndGet() == 2) {
            throw new IOException("prometheus.yml:3:1: unknown field");
          }
        };
    try (ApiServer server =
        new ApiServer(
            o -> o,
            s -> s.withConfig(() -> "global: {}\n", reloader, () -> new ReloadStatus(true, 1)))) {
      Map<String, String> fromPage = Map.of("Origin", "http://evil.example");
      assertThat(server.send("POST", "/-/reload", fromPage, NO_BODY).statusCode()).isEqualTo(403);
      assertThat(reloads).hasValue(0);
      assertThat(server.send("POST", "/-/reload", Map.of(), NO_BODY).statusCode()).isEqualTo(200);
      HttpResponse<String> put = server.send("PUT", "/-/reload", Map.of(), NO_BODY);
      assertThat(put.statusCode()).isEqualTo(403);
      assertThat(put.body()).isEqualTo("Lifecycle API is not enabled.");
      HttpResponse<String> failed = server.send("POST", "/-/reload", Map.of(), NO_BODY);
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.body()).contains("failed to reload config: prometheus.yml:3:1");
      assertThat(server.get("/api/v1/status/config").body()).contains("global: {}\\n");
    }
  }

  @Test
  void ownMetricsAreServedInBothFormats() throws Exception {
    try (ApiServer server = new ApiServer()) {
      assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
      HttpResponse<String> text = server.get("/metrics");
      assertThat(text.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
      assertThat(text.body())
          .contains("prometheus_http_requests_total{code=\"200\",handler=\"/-/healthy\"} 1.0");
      HttpResponse<String> open =
          server.send("GET", "/metrics", Map.of("Accept", "application/openmetrics-text"), NO_BODY);
      assertThat(open.body()).endsWith("# EOF\n");
    }
  }

  @Test
  void remoteWriteCanBeSwitchedOff() throws Exception {
    try (ApiServer server = new ApiServer(o -> o.withRemoteWrite(false), s -> s)) {
      HttpResponse<String> answer = server.send("POST", "/api/v1/write", Map.of(), NO_BODY);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains("--web.enable-remote-write-receiver");
    }
  }

  @Test
  void playbooksAndNotesThatDoNotExistAre404AndPagesMayNotPost() throws Exception {
    try (ApiServer server = new ApiServer()) {
      assertThat(server.send("POST", "/run/x.py", Map.of(), NO_BODY).statusCode()).isEqualTo(404);
      assertThat(server.send("POST", "/api/note", Map.of(), NO_BODY).statusCode()).isEqualTo(404);
      Map<String, String> fromPage = Map.of("Origin", "http://evil.example");
      assertThat(server.send("POST", "/run/x.py", fromPage, NO_BODY).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void statusOfAStoreThatDoesNotSayIsAnError() throws Exception {
    try (ApiServer server = new ApiServer()) {
      assertThat(server.get("/api/v1/status/tsdb").body())
          .isEqualTo(
              "{\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"not supported: statistics of this store\"}");
      assertThat(server.get("/api/v1/status/tsdb?limit=0").body())
          .contains("limit must be a positive number");
      assertThat(server.get("/api/v1/status/buildinfo").body())
          .contains("\"version\":\"3.14.0\"", "hms-ops-1.2.3");
    }
  }

  @Test
  void smallThingsAreAsInPrometheus() throws Exception {
    try (ApiServer server = new ApiServer()) {
      assertThat(server.get("/version").body()).startsWith("{\"version\":\"3.14.0\"");
      assertThat(server.get("/api/v1/notifications").body())
          .isEqualTo("{\"status\":\"success\",\"data\":[]}");
      assertThat(server.get("/-/quit").statusCode()).isEqualTo(405);
      assertThat(server.send("POST", "/-/quit", Map.of(), NO_BODY).statusCode()).isEqualTo(403);
      assertThat(server.send("OPTIONS", "/api/v1/read", Map.of(), NO_BODY).statusCode())
          .isEqualTo(204);
      assertThat(server.get("/api/v1/rules?exclude_alerts=x").body())
          .contains("error converting exclude_alerts: strconv.ParseBool: parsing");
      assertThat(server.get("/api/v1/rules?match[]=x%7B").body())
          .contains("\"error\":\"1:3: parse error: unexpected end of input inside braces\"");
      assertThat(server.get("/api/v1/query?query=time()&time=1_000").body()).contains("[1000,");
      assertThat(server.get("/api/v1/parse_query?query=%22a%5Cxff%22").body())
          .contains("\"val\":\"a\ufffd\"");
      assertThat(server.get("/api/v1/query?query=count_over_time(x%5B1-1%5D)").body())
          .contains("\"bad_data\"", "\"invalid parameter \\\"query\\\": 18:21: duration must be");
    }
  }
}

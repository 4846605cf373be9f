package io.hmsops.server.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hmsops.server.config.PrometheusConfigReader;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.testing.MemoryStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real loop against a real server; waits for what must happen, never for a time. */
class ScrapeServiceTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Long enough for a scrape on a busy machine: these tests ask that none fails. */
  private static final String PATIENT = "3s";

  @TempDir private Path folder;

  private final MemoryStore store = new MemoryStore();
  private HttpServer server;
  private ScrapeService service;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] page = "a 1\n".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.createContext(
        "/elsewhere",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://localhost.invalid/metrics");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
    service = new ScrapeService(store, Clock.systemUTC(), new PrometheusRegistry());
  }

  @AfterEach
  void stop() {
    service.close();
    server.stop(0);
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private List<ScrapeConfig> jobs(String yaml) throws Exception {
    return PrometheusConfigReader.parse("f.yml", folder, yaml, Map.of()).scrapeConfigs();
  }

  private List<ScrapeConfig> oneJob(String more) throws Exception {
    return oneJob("100ms", more);
  }

  private List<ScrapeConfig> oneJob(String interval, String more) throws Exception {
    return jobs(
        """
        global: {scrape_interval: %s}
        scrape_configs:
          - job_name: j
            %s
        """
            .formatted(interval, more));
  }

  private String staticTarget() {
    return "static_configs: [{targets: ['%s']}]".formatted(address());
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("waiting for: " + what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private StoredSeries stored(String metric) throws Exception {
    Labels labels = Labels.of("__name__", metric, "job", "j", "instance", address());
    StoredSeries none = new StoredSeries(List.of(), List.of(), false);
    return StoredSeries.all(store, 0, Long.MAX_VALUE).getOrDefault(labels, none);
  }

  @Test
  void aTargetIsScrapedAgainAndAgain() throws Exception {
    service.apply(oneJob(staticTarget()));

    await("three samples of a", () -> stored("a").values().size() >= 3);
    assertThat(stored("up").values()).contains("1.0");
    assertThat(stored("a").timestampsMs()).isSorted();
    TargetState state = service.targets().getFirst();
    assertThat(state.health()).isEqualTo(TargetState.Health.UP);
    assertThat(state.scrapeUrl()).isEqualTo("http://" + address() + "/metrics");
    assertThat(state.lastScrapeMs()).isPositive();
  }

  @Test
  void theSeriesOfARemovedTargetEnd() throws Exception {
    service.apply(oneJob(staticTarget()));
    await("a sample of a", () -> !stored("a").values().isEmpty());

    service.apply(List.of());

    await("the end of a and up", () -> stored("a").ended() && stored("up").ended());
    assertThat(service.targets()).isEmpty();
  }

  @Test
  void aReloadLeavesAnUnchangedJobAlone() throws Exception {
    service.apply(oneJob(PATIENT, staticTarget()));
    await("a sample of a", () -> !stored("a").values().isEmpty());
    long before = service.targets().getFirst().lastScrapeMs();

    service.apply(oneJob(PATIENT, staticTarget()));

    assertThat(service.targets().getFirst().lastScrapeMs()).isGreaterThanOrEqualTo(before);
    int count = stored("a").values().size();
    await("further samples", () -> stored("a").values().size() > count + 1);
    assertThat(stored("a").values()).hasSameSizeAs(stored("a").timestampsMs());
  }

  @Test
  void aTargetThatAChangedJobKeepsContinuesWithoutAMarker() throws Exception {
    service.apply(oneJob(PATIENT, staticTarget()));
    await("a sample of a", () -> !stored("a").values().isEmpty());

    service.apply(oneJob(PATIENT, "sample_limit: 10\n    " + staticTarget()));

    int count = stored("a").values().size();
    await("further samples", () -> stored("a").values().size() > count + 1);
    StoredSeries a = stored("a");
    assertThat(a.values()).hasSameSizeAs(a.timestampsMs());
  }

  @Test
  void targetsOfAFileComeAndGoWithoutAReload() throws Exception {
    Path file = folder.resolve("t.yml");
    Files.writeString(file, "- targets: ['%s']\n".formatted(address()));
    service.apply(oneJob("file_sd_configs: [{files: [t.yml]}]"));
    await("a sample of a", () -> !stored("a").values().isEmpty());

    Files.writeString(file, "[]\n");

    await("the end of a", () -> stored("a").ended());
    assertThat(service.targets()).isEmpty();
  }

  @Test
  void aTargetThatCannotBeReachedIsDown() throws Exception {
    String unreachable = address();
    server.stop(0);
    service.apply(oneJob("static_configs: [{targets: ['%s']}]".formatted(unreachable)));

    await("up 0", () -> stored("up").values().contains("0.0"));
    await(
        "the state behind it",
        () -> service.targets().getFirst().health() != TargetState.Health.UNKNOWN);
    TargetState state = service.targets().getFirst();
    assertThat(state.health()).isEqualTo(TargetState.Health.DOWN);
    assertThat(state.lastError()).startsWith("Get \"http://" + unreachable + "/metrics\": ");
  }

  @Test
  void aRedirectToAnotherHostIsNotFollowed() throws Exception {
    service.apply(oneJob("metrics_path: /elsewhere\n    " + staticTarget()));

    await(
        "to another host",
        () -> service.targets().getFirst().lastError().contains("to another host"));
  }

  @Test
  void aPageLargerThanTheLimitFails() throws Exception {
    service.apply(oneJob("body_size_limit: 2B\n    " + staticTarget()));

    await(
        "body size limit exceeded",
        () -> service.targets().getFirst().lastError().contains("body size limit exceeded"));
  }

  @Test
  void droppedTargetsAreRemembered() throws Exception {
    service.apply(oneJob("relabel_configs: [{action: drop}]\n    " + staticTarget()));

    assertThat(service.targets()).isEmpty();
    assertThat(service.droppedTargets()).hasSize(1);
    assertThat(service.droppedTargets().getFirst().discoveredLabels().get("__address__"))
        .isEqualTo(address());
  }

  @Test
  void withMoreTargetsThanTheLimitNoneIsScraped() throws Exception {
    service.apply(
        oneJob(
            "target_limit: 1\n    static_configs: [{targets: ['%s', 'h:1']}]"
                .formatted(address())));

    assertThat(service.targets()).isEmpty();
    assertThat(service.problems()).singleElement().asString().contains("target_limit exceeded");
  }

  @Test
  void targetsAreDueAtTheSamePlaceOfEveryInterval() {
    Target target = new Target(Labels.of("a", "1"), Labels.EMPTY, "http://h/", 1_000, 1_000);
    long first = TargetRun.nextDueMs(target, 5_000);

    assertThat(first).isBetween(5_001L, 6_000L);
    assertThat(TargetRun.nextDueMs(target, first)).isEqualTo(first + 1_000);
    assertThat(TargetRun.nextDueMs(target, first - 1)).isEqualTo(first);
  }
}

package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.EngineLimits;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryView;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.TsdbException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queries as operators see them, over real sockets: listed, cancelled, bounded. */
@Timeout(120)
class QueryOperationsTest {
  private static final byte[] NO_BODY = {};
  private static final long END_S = ApiServer.NOW.getEpochSecond();

  /** Lets queries wait in the store, where they are at work and do nothing. */
  private static final class Barrier {
    final CountDownLatch open = new CountDownLatch(1);
    final AtomicInteger arrived = new AtomicInteger();

    Queryable in(Queryable store) {
      return (minTimeMs, maxTimeMs) -> {
        arrived.incrementAndGet();
        try {
          open.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return store.querier(minTimeMs, maxTimeMs);
      };
    }
  }

  private static ApiServer server(Barrier barrier) throws Exception {
    return new ApiServer(o -> o, s -> s, EngineOptions.defaults(), barrier::in);
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aQueryUnderWayIsListedAndCancelledByItsNumber() throws Exception {
    Barrier barrier = new Barrier();
    try (ApiServer server = server(barrier);
        ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> answer =
          client.submit(() -> server.get("/api/v1/query?query=up%2B1&time=1700000000.5"));
      until(() -> barrier.arrived.get() == 1);

      String listed = server.get("/api/v1/status/queries").body();

      long id = server.engine.active().getFirst().id();
      assertThat(listed)
          .startsWith(
              "{\"status\":\"success\",\"data\":{\"active\":[{\"id\":%d,\"state\":\"small\",\"query\":\"up+1\",\"start\":1700000000.500,\"end\":1700000000.500,\"step\":0.0,\"client\":\"127.0.0.1 GET /api/v1/query\",\"submitted\":\"2023-11-15T00:13:20Z\",\"elapsed\":"
                  .formatted(id))
          .contains("\"samplesRead\":0,")
          .endsWith("\"recent\":[]}}");
      HttpResponse<String> cancelled =
          server.send("POST", "/api/v1/admin/queries/%d/cancel".formatted(id), Map.of(), NO_BODY);
      assertThat(cancelled.statusCode()).isEqualTo(204);
      barrier.open.countDown();
      assertThat(answer.get().statusCode()).isEqualTo(499);
      assertThat(answer.get().body())
          .startsWith(
              "{\"status\":\"error\",\"errorType\":\"canceled\",\"error\":\"query was canceled in expression evaluation: cancelled by an operator, after ");
      assertThat(server.get("/api/v1/status/queries").body())
          .contains("\"active\":[]", "\"state\":\"failed\"", "cancelled by an operator");
    }
  }

  @Test
  void onlyAnOperatorCancels() throws Exception {
    try (ApiServer server = new ApiServer()) {
      HttpResponse<String> fromPage =
          server.send(
              "POST",
              "/api/v1/admin/queries/1/cancel",
              Map.of("Origin", "http://evil.example"),
              NO_BODY);
      assertThat(fromPage.body()).contains("\"unavailable\"", "admin APIs disabled");
      HttpResponse<String> unknown =
          server.send("POST", "/api/v1/admin/queries/77/cancel", Map.of(), NO_BODY);
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(unknown.body()).contains("no query 77 is under way");
      assertThat(
              server.send("POST", "/api/v1/admin/queries/x/cancel", Map.of(), NO_BODY).statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void aClientThatGoesAwayCancelsItsQuery() throws Exception {
    Barrier barrier = new Barrier();
    try (ApiServer server = server(barrier)) {
      QueryView active;
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        client
            .getOutputStream()
            .write(
                "GET /api/v1/query?query=up HTTP/1.1\r\nHost: x\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
        until(() -> barrier.arrived.get() == 1);
        active = server.engine.active().getFirst();
      }
      until(
          () -> {
            try {
              active.request().cancellation().check();
              return false;
            } catch (TsdbException e) {
              return true;
            }
          });
      barrier.open.countDown();
      until(() -> server.engine.active().isEmpty());
      assertThat(server.engine.recent().getFirst().error())
          .startsWith(
              "query was canceled in expression evaluation: the client closed the connection, after ");
    }
  }

  private static ApiServer limited(EngineLimits limits) throws Exception {
    ApiServer server =
        new ApiServer(o -> o, s -> s, EngineOptions.defaults().withLimits(limits), store -> store);
    fill(server, 100, 60);
    return server;
  }

  private static void fill(ApiServer server, int series, int samples) throws TsdbException {
    Appender appender = server.store.appender();
    for (int i = 0; i < series; i++) {
      long ref =
          appender.series(
              Labels.of("__name__", "load", "n", "xxxxxxxxxx" + i, "group", "g" + i % 10));
      for (int k = 0; k < samples; k++) {
        appender.add(ref, 1000 * (END_S - 15L * (samples - k)), i + k);
      }
    }
    long ref = appender.series(Labels.of("__name__", "alone"));
    appender.add(ref, 1000 * (END_S - 15), 1);
    appender.commit();
  }

  private static String range(String query, long startS, long stepS) {
    return "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
        .formatted(URLEncoder.encode(query, StandardCharsets.UTF_8), startS, END_S, stepS);
  }

  @Test
  void limitsAnswerWithTheStatusOfPrometheus() throws Exception {
    try (ApiServer server = limited(EngineLimits.defaults().toBuilder().maxSamples(5000).build())) {
      HttpResponse<String> tooMany = server.get(range("load", END_S - 900, 15));
      assertThat(tooMany.statusCode()).isEqualTo(422);
      assertThat(tooMany.body())
          .contains(
              "\"errorType\":\"execution\"",
              "query processing would load too many samples into memory in query execution: ",
              "(limit query.max-samples: 5000)");
      HttpResponse<String> late = server.get(range("load", END_S - 900, 15) + "&timeout=0");
      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(late.body())
          .contains(
              "\"errorType\":\"timeout\"", "query timed out in ", "(limit query.timeout: 0.000s)");
      HttpResponse<String> tooFine = server.get(range("load", END_S - 11_001, 1));
      assertThat(tooFine.statusCode()).isEqualTo(400);
      assertThat(tooFine.body())
          .contains(
              "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
    }
  }

  @Test
  void statisticsAndPlansAreToldIfAskedFor() throws Exception {
    try (ApiServer server = limited(EngineLimits.defaults())) {
      String plain = server.get(range("sum(rate(load[1m]))", END_S - 60, 30)).body();
      assertThat(plain).doesNotContain("stats", "explain");
      String told =
          server
              .get(range("sum(rate(load[1m]))", END_S - 60, 30) + "&stats=all&explain=true")
              .body();
      assertThat(told)
          .containsSubsequence(
              "\"stats\":{\"timings\":{\"evalTotalTime\":",
              "\"resultSortTime\":",
              "\"queryPreparationTime\":",
              "\"innerEvalTime\":",
              "\"execQueueTime\":",
              "\"execTotalTime\":",
              "\"samples\":{\"totalQueryableSamples\":",
              "\"samplesRead\":",
              "\"peakSamples\":",
              "\"explain\":{\"operator\":\"sum\",\"text\":\"sum(rate(load[1m]))\",\"time\":",
              "{\"operator\":\"rate\"",
              "{\"operator\":\"range selector\",\"text\":\"load[1m]\"",
              "\"series\":100,")
          .doesNotContain("PerStep");
    }
  }

  @Test
  void aFullQueueIsUnavailable() throws Exception {
    Barrier barrier = new Barrier();
    EngineLimits limits =
        EngineLimits.defaults().toBuilder().maxConcurrency(1).queue(0, 60_000).build();
    try (ApiServer server =
            new ApiServer(
                o -> o, s -> s, EngineOptions.defaults().withLimits(limits), barrier::in);
        ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> first =
          client.submit(() -> server.get("/api/v1/query?query=up"));
      until(() -> barrier.arrived.get() == 1);
      HttpResponse<String> second = server.get("/api/v1/query?query=up");
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.body())
          .contains(
              "\"errorType\":\"unavailable\"",
              "too many queries: 1 are at work and 0 wait (limits query.max-concurrency: 1, query.max-queued: 0)");
      barrier.open.countDown();
      assertThat(first.get().statusCode()).isEqualTo(200);
    }
  }

  /** Each is answered or refused; none may take the process with it. */
  private static List<String> hostile() {
    return List.of(
        range("{__name__=~\".+\"} * on (n) group_left () {__name__=~\".+\"}", END_S - 10_000, 1),
        range("sum by (n) (load) * on () group_left () vector(1)", END_S - 10_000, 1),
        range("rate(load[1h])", END_S - 11_000, 1),
        range("{n=~\"(x+x+)+y\"}", END_S - 10_000, 1),
        range("max_over_time(max_over_time(load[10m:1s])[10m:1s])", END_S - 1000, 10),
        range("count_values(\"v\", load * 1.1)", END_S - 11_000, 1),
        range("label_replace(load, \"m\", \"$1$1$1$1$1$1\", \"n\", \"(.*)\")", END_S - 5000, 1),
        range("{n=~\"" + "(a|b)?x*".repeat(300) + "\"}", END_S - 100, 1),
        range("load or load or load or load or load or load", END_S - 11_000, 1),
        range("-".repeat(50) + "load", END_S - 11_000, 1));
  }

  @Test
  void aSmallQueryIsAnsweredBesideFiftyHostileOnes() throws Exception {
    EngineLimits limits =
        EngineLimits.defaults().toBuilder()
            .maxConcurrency(4)
            .maxMemoryBytes(32 << 20)
            .maxTotalMemoryBytes(64 << 20)
            .build();
    try (ApiServer server = limited(limits);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicBoolean enough = new AtomicBoolean();
      List<Future<Integer>> loads = new ArrayList<>();
      List<String> hostile = hostile();
      for (int i = 0; i < 50; i++) {
        String target = hostile.get(i % hostile.size());
        loads.add(
            clients.submit(
                () -> {
                  int status;
                  do {
                    status = server.get(target).statusCode();
                  } while (status == 200 && !enough.get());
                  return status;
                }));
      }
      try {
        until(() -> server.engine.counts().waiting() > 0);
        askBesideLargeOnes(server);
      } finally {
        enough.set(true);
        while (!server.engine.active().isEmpty()) {
          server.engine.active().forEach(query -> server.engine.cancel(query.id()));
          Thread.onSpinWait();
        }
      }
      for (Future<Integer> load : loads) {
        assertThat(load.get()).isIn(200, 400, 422, 499, 503);
      }
      assertThat(server.engine.counts().memoryBytes()).isZero();
      assertThat(server.engine.counts().largeAtWork()).isZero();
    }
  }

  private static void askBesideLargeOnes(ApiServer server) throws Exception {
    int beside = 0;
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> answer = server.get("/api/v1/query?query=alone");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"alone\"");
      beside += server.engine.counts().largeAtWork() > 0 ? 1 : 0;
    }
    assertThat(beside).as("small queries answered while large ones were at work").isPositive();
  }
}

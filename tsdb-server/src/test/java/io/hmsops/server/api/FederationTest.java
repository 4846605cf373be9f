package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FederationTest {
  private static final long NOW_MS = ApiServer.NOW.toEpochMilli();

  private static ApiServer server(Labels externalLabels) throws IOException {
    return new ApiServer(o -> o, s -> s.withExternalLabels(() -> externalLabels));
  }

  private static void add(ApiServer server, Labels labels, long ageMs, double value)
      throws IOException {
    Appender appender = server.store.appender();
    appender.add(appender.series(labels), NOW_MS - ageMs, value);
    assertThat(appender.commit().rejections()).isEmpty();
  }

  private static Histogram histogram(int schema, double[] bounds) {
    return new Histogram(
        schema,
        0,
        0,
        7,
        9.5,
        new int[] {0, 1, 1, 1},
        new double[] {3, 4},
        new int[0],
        new double[0],
        bounds,
        CounterResetHint.UNKNOWN,
        true);
  }

  @Test
  void theNewestSamplesAreShownWithTheirTimes() throws Exception {
    try (ApiServer server = server(Labels.EMPTY)) {
      add(server, Labels.of("__name__", "zoo", "job", "a"), 60_000, 1);
      add(server, Labels.of("__name__", "ark", "job", "z", "instance", "h:1"), 9_000, 2e6);
      add(server, Labels.of("__name__", "ark", "job", "a\"b\\\n"), 8_000, Double.NaN);
      add(server, Labels.of("__name__", "zoo", "job", "a"), 30_000, 0.25);
      add(server, Labels.of("__name__", "zoo", "job", "old"), 300_001, 1);
      add(server, Labels.of("__name__", "zoo", "job", "edge"), 300_000, 5);
      add(server, Labels.of("__name__", "zoo", "job", "gone"), 40_000, 1);
      add(server, Labels.of("__name__", "zoo", "job", "gone"), 20_000, StaleMarker.VALUE);

      HttpResponse<String> page =
          server.get("/federate?match[]=%7Bjob!=%22%22%7D&match[]=zoo".replace("[]", "%5B%5D"));
      assertThat(page.headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
      assertThat(page.body())
          .isEqualTo(
              """
              # TYPE ark untyped
              ark{instance="h:1",job="z"} 2e+06 %d
              ark{job="a\\"b\\\\\\n",instance=""} NaN %d
              # TYPE zoo untyped
              zoo{job="a",instance=""} 0.25 %d
              zoo{job="edge",instance=""} 5 %d
              """
                  .formatted(NOW_MS - 9_000, NOW_MS - 8_000, NOW_MS - 30_000, NOW_MS - 300_000));
    }
  }

  @Test
  void externalLabelsStandWhereASeriesHasNone() throws Exception {
    try (ApiServer server = server(Labels.of("instance", "here", "region", "eu"))) {
      add(server, Labels.of("__name__", "up", "region", "us"), 0, 1);
      assertThat(server.get("/federate?match%5B%5D=up").body())
          .isEqualTo(
              "# TYPE up untyped\nup{region=\"us\",instance=\"here\"} 1 %d\n".formatted(NOW_MS));
    }
  }

  @Test
  void histogramsWithCustomBoundsBecomeClassicOnes() throws Exception {
    try (ApiServer server = server(Labels.EMPTY)) {
      Appender appender = server.store.appender();
      long custom = appender.series(Labels.of("__name__", "wait"));
      long exponential = appender.series(Labels.of("__name__", "wait", "kind", "exponential"));
      appender.add(custom, NOW_MS, histogram(Histogram.CUSTOM_SCHEMA, new double[] {0.5, 1}));
      appender.add(exponential, NOW_MS, histogram(1, new double[0]));
      appender.commit();
      assertThat(server.get("/federate?match%5B%5D=wait").body())
          .isEqualTo(
              """
              # TYPE wait histogram
              wait_bucket{instance="",le="0.5"} 3 %1$d
              wait_bucket{instance="",le="1"} 3 %1$d
              wait_bucket{instance="",le="+Inf"} 7 %1$d
              wait_sum{instance=""} 9.5 %1$d
              wait_count{instance=""} 7 %1$d
              """
                  .formatted(NOW_MS));
    }
  }

  @Test
  void namesAreQuotedForThoseWhoTakeThem() throws Exception {
    try (ApiServer server = server(Labels.EMPTY)) {
      add(server, Labels.of("__name__", "zähler.a", "ort-1", "x"), 0, 1);
      String target = "/federate?match%5B%5D=%7B%22z%C3%A4hler.a%22%7D";
      assertThat(server.get(target).body())
          .isEqualTo(
              "# TYPE z_hler_a untyped\nz_hler_a{ort_1=\"x\",instance=\"\"} 1 %d\n"
                  .formatted(NOW_MS));
      assertThat(
              server
                  .send(
                      "GET",
                      target,
                      Map.of("Accept", "text/plain; version=1.0.0; escaping=allow-utf-8"),
                      new byte[0])
                  .body())
          .isEqualTo(
              "# TYPE \"zähler.a\" untyped\n{\"zähler.a\",\"ort-1\"=\"x\",instance=\"\"} 1 %d\n"
                  .formatted(NOW_MS));
    }
  }

  @Test
  void mistakesAreSaid() throws Exception {
    try (ApiServer server = server(Labels.EMPTY)) {
      HttpResponse<String> wrong = server.get("/federate?match%5B%5D=sum%28up%29");
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).isEqualTo("1:4: parse error: unexpected \"(\"\n");
      assertThat(server.send("POST", "/federate", Map.of(), new byte[0]).statusCode())
          .isEqualTo(405);
    }
  }
}

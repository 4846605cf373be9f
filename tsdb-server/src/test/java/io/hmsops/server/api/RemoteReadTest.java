package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/** Reads by remote read what is in the store. */
class RemoteReadTest {
  private static final int EQUAL = 0;
  private static final int REGEX = 2;
  private static final int SAMPLES = 0;
  private static final int CHUNKS = 1;
  private static final long START_MS = ApiServer.NOW.toEpochMilli() - 600_000;

  private static byte[] matcher(int type, String name, String value) throws IOException {
    return message(
        out -> {
          out.writeEnum(1, type);
          out.writeString(2, name);
          out.writeString(3, value);
        });
  }

  private static byte[] query(long startMs, long endMs, byte[]... matchers) throws IOException {
    return message(
        out -> {
          out.writeInt64(1, startMs);
          out.writeInt64(2, endMs);
          for (byte[] matcher : matchers) {
            out.writeByteArray(3, matcher);
          }
        });
  }

  private static byte[] request(byte[] query, int... types) throws IOException {
    return Snappy.compress(
        message(
            out -> {
              out.writeByteArray(1, query);
              for (int type : types) {
                out.writeEnum(2, type);
              }
            }));
  }

  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  /** {@return the only result of an answer: a message with the series, as remote write has them} */
  private static byte[] read(ApiServer server, byte[] request) throws Exception {
    HttpResponse<byte[]> answer;
    try (HttpClient client = HttpClient.newHttpClient()) {
      answer =
          client.send(
              HttpRequest.newBuilder(server.uri("/api/v1/read"))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-protobuf");
    assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("snappy");
    CodedInputStream input = CodedInputStream.newInstance(Snappy.uncompress(answer.body()));
    assertThat(input.readTag()).isEqualTo(1 << 3 | 2);
    byte[] result = input.readByteArray();
    assertThat(input.isAtEnd()).isTrue();
    return result;
  }

  private static Histogram histogram(int schema, boolean whole, double count, double... bounds) {
    return new Histogram(
        schema,
        bounds.length > 0 ? 0 : 0.001,
        bounds.length > 0 ? 0 : 1,
        count,
        -2.5,
        new int[] {bounds.length > 0 ? 0 : -3, 2},
        new double[] {3, count - (bounds.length > 0 ? 3 : 5)},
        bounds.length > 0 ? new int[0] : new int[] {4, 1},
        bounds.length > 0 ? new double[0] : new double[] {1},
        bounds,
        CounterResetHint.UNKNOWN,
        whole);
  }

  private static void fill(ApiServer server) throws IOException {
    Appender appender = server.store.appender();
    long floats = appender.series(Labels.of("__name__", "x", "job", "a", "é", "☺"));
    long whole = appender.series(Labels.of("__name__", "x", "job", "b"));
    long other = appender.series(Labels.of("__name__", "x", "job", "c"));
    long elsewhere = appender.series(Labels.of("__name__", "y", "job", "a"));
    double[] values = {1, -0.0, 0, Double.NaN, StaleMarker.VALUE, Double.NEGATIVE_INFINITY};
    for (int i = 0; i < values.length; i++) {
      long timeMs = START_MS + i * 1_000L;
      appender.add(floats, timeMs, values[i]);
      appender.add(whole, timeMs, histogram(2, true, 12 + i));
      appender.add(other, timeMs, histogram(Histogram.CUSTOM_SCHEMA, false, 7.5 + i, 0.5, 2));
      appender.add(elsewhere, timeMs, i);
    }
    assertThat(appender.commit().rejections()).isEmpty();
  }

  @Test
  void whatIsReadCanBeWrittenElsewhereAndReadAgain() throws Exception {
    byte[] request =
        request(
            query(START_MS, START_MS + 4_000, matcher(EQUAL, "__name__", "x")), CHUNKS, SAMPLES);
    try (ApiServer server = new ApiServer();
        ApiServer elsewhere = new ApiServer()) {
      fill(server);
      byte[] result = read(server, request);
      HttpResponse<String> written =
          elsewhere.send("POST", "/api/v1/write", Map.of(), Snappy.compress(result));
      assertThat(written.statusCode()).as(written.body()).isEqualTo(204);
      assertThat(read(elsewhere, request)).isEqualTo(result);
      String counted = "/api/v1/query?query=sort(count_over_time(x[1h]))";
      assertThat(elsewhere.get(counted).body())
          .contains(
              "\"é\":\"☺\"},\"value\":[1700007200,\"4\"]", "\"b\"},\"value\":[1700007200,\"5\"]")
          .contains("\"c\"},\"value\":[1700007200,\"5\"]");
    }
  }

  @Test
  void aSeriesWithSamplesOnlyAroundTheRangeIsNotThere(@TempDir Path directory) throws Exception {
    byte[] all =
        request(query(START_MS + 40_000, START_MS + 60_000, matcher(EQUAL, "__name__", "z")));
    byte[] one = request(query(START_MS + 40_000, START_MS + 60_000, matcher(EQUAL, "job", "b")));
    try (Tsdb store = Tsdb.open(directory, Options.defaults());
        ApiServer server =
            new ApiServer(o -> o, s -> s, EngineOptions.defaults(), memory -> store)) {
      Appender appender = store.appender();
      long around = appender.series(Labels.of("__name__", "z", "job", "a"));
      appender.add(around, START_MS, 1);
      appender.add(around, START_MS + 100_000, 2);
      appender.add(appender.series(Labels.of("__name__", "z", "job", "b")), START_MS + 50_000, 3);
      assertThat(appender.commit().rejections()).isEmpty();

      assertThat(read(server, all)).isNotEmpty().isEqualTo(read(server, one));
      store.compact();
      assertThat(read(server, all)).isNotEmpty().isEqualTo(read(server, one));
    }
  }

  @Test
  void externalLabelsAreAddedAndMayBeAskedFor() throws Exception {
    Labels external = Labels.of("job", "own wins", "site", "s1");
    try (ApiServer server = new ApiServer(o -> o, s -> s.withExternalLabels(() -> external))) {
      fill(server);
      byte[] all =
          read(
              server,
              request(
                  query(
                      START_MS,
                      START_MS + 60_000,
                      matcher(REGEX, "__name__", "x|y"),
                      matcher(EQUAL, "job", "a"),
                      matcher(EQUAL, "site", "s1"))));
      assertThat(new String(all, StandardCharsets.UTF_8))
          .contains("site", "s1")
          .doesNotContain("own wins");
      assertThat(
              read(
                  server,
                  request(query(START_MS, START_MS + 60_000, matcher(EQUAL, "site", "s2")))))
          .isEmpty();
    }
  }

  @Test
  void whatCannotBeAnsweredIsRefused() throws Exception {
    byte[] matcher = matcher(REGEX, "x", "(");
    try (ApiServer server = new ApiServer()) {
      HttpResponse<String> chunks =
          server.send("POST", "/api/v1/read", Map.of(), request(query(0, 1), CHUNKS));
      assertThat(chunks.statusCode()).isEqualTo(400);
      assertThat(chunks.body()).contains("does not support any of the requested response types");
      HttpResponse<String> regex =
          server.send("POST", "/api/v1/read", Map.of(), request(query(0, 1, matcher)));
      assertThat(regex.statusCode()).isEqualTo(400);
      assertThat(regex.body()).contains("error parsing regexp: missing closing ): `(`");
      HttpResponse<String> none = server.send("POST", "/api/v1/read", Map.of(), new byte[0]);
      assertThat(none.statusCode()).isEqualTo(400);
      assertThat(none.body()).isEqualTo("snappy: corrupt input\n");
    }
  }
}

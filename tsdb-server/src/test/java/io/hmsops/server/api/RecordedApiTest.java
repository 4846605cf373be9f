package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Asks what a real Prometheus 3.14 was asked, on the same data, and compares the answers. */
class RecordedApiTest {
  /** How many of the 366 recorded answers must agree; to be raised, never lowered. */
  private static final int FLOOR = 366;

  private static final Pattern LABEL = Pattern.compile("(?:\"([^\"]+)\"|(\\w+))=\"([^\"]*)\"");
  private static final Pattern BARE_NAME = Pattern.compile("\\{\"([^\"]+)\"[,}]");

  @Test
  void answersAgreeWithTheRecordedOnes() throws Exception {
    List<String> lines = Shared.conformance("http/recorded.jsonl").lines().toList();
    Map<String, int[]> byPath = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    try (ApiServer server = new ApiServer()) {
      load(server, Shared.conformance("http/dataset.om"));
      for (String line : lines) {
        Map<String, Object> recorded = TestJson.object(TestJson.read(line));
        String difference = difference(server, recorded);
        int[] count = byPath.computeIfAbsent(path(recorded), p -> new int[2]);
        count[1]++;
        if (difference.isEmpty()) {
          count[0]++;
        } else {
          differences.add(difference);
        }
      }
    }
    int agree = lines.size() - differences.size();
    StringBuilder report = new StringBuilder("recorded API answers that agree: ");
    report.append(agree).append(" of ").append(lines.size()).append('\n');
    byPath.forEach((path, n) -> report.append("  %s: %d of %d%n".formatted(path, n[0], n[1])));
    differences.forEach(d -> report.append("  ").append(d).append('\n'));
    System.out.println(report);
    assertThat(agree).as(report.toString()).isGreaterThanOrEqualTo(FLOOR);
  }

  private static String path(Map<String, Object> recorded) {
    return recorded.get("method") + " " + url(recorded).replaceAll("\\?.*", "");
  }

  private static String url(Map<String, Object> recorded) {
    return String.valueOf(recorded.get("url"));
  }

  /** {@return what is different, empty if nothing is} */
  private static String difference(ApiServer server, Map<String, Object> recorded)
      throws IOException, InterruptedException {
    Map<String, String> headers = new HashMap<>();
    if (recorded.get("headers") != null) {
      TestJson.object(recorded.get("headers")).forEach((n, v) -> headers.put(n, v.toString()));
    }
    String body = recorded.containsKey("body") ? recorded.get("body").toString() : "";
    String method = String.valueOf(recorded.get("method"));
    HttpResponse<String> answer =
        server.send(method, url(recorded), headers, body.getBytes(StandardCharsets.UTF_8));
    String at = method + " " + url(recorded) + ": ";
    int status = ((Number) Objects.requireNonNull(recorded.get("status"))).intValue();
    if (answer.statusCode() != status) {
      return at
          + "status %d (recorded %d): ".formatted(answer.statusCode(), status)
          + shorten(answer.body());
    }
    if (recorded.get("json") != null) {
      String expected = canonical(recorded.get("json"));
      String actual = canonical(TestJson.read(answer.body()));
      return actual.equals(expected)
          ? ""
          : at + shorten(actual) + " (recorded " + shorten(expected) + ")";
    }
    if (recorded.get("text") != null && !recorded.get("text").equals(answer.body())) {
      return at + shorten(answer.body()) + " (recorded " + recorded.get("text") + ")";
    }
    return "";
  }

  private static String shorten(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  /** The order of properties never counts, that of an instant vector's elements does not either. */
  private static String canonical(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, String> sorted = new TreeMap<>();
      boolean vector = "vector".equals(map.get("resultType"));
      map.forEach(
          (name, inner) ->
              sorted.put(
                  String.valueOf(name),
                  vector && inner instanceof List<?> list
                      ? list.stream().map(RecordedApiTest::canonical).sorted().toList().toString()
                      : canonical(inner)));
      // Timings are never the same twice.
      sorted.remove("timings");
      return sorted.toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(RecordedApiTest::canonical).toList().toString();
    }
    return String.valueOf(value);
  }

  /** Reads the plain lines of the data set: no escapes, no exemplars, times in seconds. */
  private static void load(ApiServer server, String text) throws IOException {
    record Sample(Labels labels, long timestampMs, double value) {}
    List<Sample> samples = new ArrayList<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int end = line.indexOf('}') + 1;
              int nameEnd = end > 0 ? end : line.indexOf(' ');
              String[] rest = line.substring(nameEnd).strip().split(" ", -1);
              samples.add(
                  new Sample(
                      labels(line.substring(0, nameEnd)),
                      Math.round(Double.parseDouble(rest[1]) * 1000),
                      number(rest[0])));
            });
    samples.sort(Comparator.comparingLong(Sample::timestampMs));
    Appender appender = server.store.appender();
    for (Sample sample : samples) {
      appender.add(appender.series(sample.labels()), sample.timestampMs(), sample.value());
    }
    assertThat(appender.commit().rejections()).isEmpty();
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static Labels labels(String series) {
    Map<String, String> labels = new LinkedHashMap<>();
    int brace = series.indexOf('{');
    String name = brace < 0 ? series : series.substring(0, brace);
    Matcher bare = BARE_NAME.matcher(series);
    labels.put(Label.METRIC_NAME, name.isEmpty() && bare.find() ? bare.group(1) : name);
    Matcher matcher = LABEL.matcher(series);
    while (matcher.find()) {
      String label = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      labels.put(label, matcher.group(3));
    }
    Labels.Builder builder = new Labels.Builder();
    labels.forEach(builder::add);
    return builder.build();
  }
}

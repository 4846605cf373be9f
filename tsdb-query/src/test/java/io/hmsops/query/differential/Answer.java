package io.hmsops.query.differential;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.testing.JsonCase;
import io.hmsops.tsdb.labels.Labels;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a query: series with their samples, in whatever order they came, what was said of
 * them, or an error.
 */
final class Answer {
  /** How a difference begins that is in warnings and infos only. */
  static final String SAYS = "says ";

  /** How much of two answers is compared. */
  enum Strictness {
    /** Values, and what is wrong with a text that cannot be read. */
    VALUES,
    /** Also the text of every error, warnings and infos. */
    EVERYTHING
  }

  /** Numbers below this are noise where larger ones were subtracted from each other. */
  private static final double NOISE = 1e-6;

  private static final Pattern MISTAKE = Pattern.compile("\\d+:\\d+: parse error: .*");
  private static final Pattern OMITTED = Pattern.compile("\\d+ more \\w+ annotations omitted");

  /**
   * Which group with two series on the one side is met first depends on the order of series, which
   * is at random in what Prometheus computes.
   */
  private static final Pattern GROUP =
      Pattern.compile("match group \\{.*} on the (left|right) hand-side of the operation: \\[.*]");

  /** A number of which the last digits may be those of Java here and of Go there. */
  private static final Pattern LONG_NUMBER =
      Pattern.compile("(?<![\\d.])\\d+\\.\\d{10,}(e[-+]?\\d+)?");

  private static final MathContext DIGITS = new MathContext(12);

  private static final Pattern PARAMETER = Pattern.compile("^invalid parameter \"query\": ");

  private final Map<Labels, TreeMap<Long, Point>> series = new TreeMap<>();
  private final List<Labels> order = new ArrayList<>();
  private final List<String> doubles = new ArrayList<>();
  private final TreeSet<String> annotations = new TreeSet<>();
  private boolean annotationsCut;
  private String text = "";
  private String error = "";

  static Answer failed(String error) {
    Answer answer = new Answer();
    String text = PARAMETER.matcher(error).replaceFirst("");
    answer.error = GROUP.matcher(text).replaceFirst("match group on the $1");
    return answer;
  }

  static Answer of(QueryResult result) {
    Answer answer = new Answer();
    result.warnings().forEach(answer::annotate);
    result.infos().forEach(answer::annotate);
    switch (result.value()) {
      case QueryResult.Scalar(var timeMs, var number) ->
          answer.add(Labels.EMPTY, timeMs, Point.of(number, null));
      case QueryResult.Vector(var samples) ->
          samples.forEach(
              s -> answer.add(s.labels(), s.timestampMs(), Point.of(s.value(), s.histogram())));
      case QueryResult.Matrix(var matrix) -> {
        for (QueryResult.Points points : matrix) {
          var histograms = points.histograms();
          for (int i = 0; i < points.timestampsMs().length; i++) {
            answer.add(
                points.labels(),
                points.timestampsMs()[i],
                Point.of(points.values()[i], histograms == null ? null : histograms[i]));
          }
        }
      }
      case QueryResult.Text(var timeMs, var text) -> answer.text = timeMs + " " + text;
    }
    return answer;
  }

  /** {@return the answer that a server gave as JSON} */
  static Answer of(JsonCase response) {
    if (!response.text("status").equals("success")) {
      return failed(response.text("error"));
    }
    Answer answer = new Answer();
    for (String kind : List.of("warnings", "infos")) {
      if (response.has(kind)) {
        response.list(kind).forEach(text -> answer.annotate(string(text)));
      }
    }
    JsonCase data = response.object("data");
    if (data.text("resultType").equals("scalar")) {
      answer.add(Labels.EMPTY, data.list("result"));
      return answer;
    }
    if (data.text("resultType").equals("string")) {
      List<@Nullable Object> result = data.list("result");
      answer.text = timeMs(result) + " " + string(result.get(1));
      return answer;
    }
    for (JsonCase series : data.objects("result")) {
      Labels.Builder labels = new Labels.Builder();
      series.object("metric").members().forEach((name, value) -> labels.set(name, string(value)));
      Labels built = labels.build();
      for (String one : List.of("value", "histogram")) {
        if (series.has(one)) {
          answer.add(built, series.list(one));
        }
      }
      for (String many : List.of("values", "histograms")) {
        if (series.has(many)) {
          series.list(many).forEach(point -> answer.add(built, (List<?>) nonNull(point)));
        }
      }
    }
    return answer;
  }

  private void annotate(String annotation) {
    if (OMITTED.matcher(annotation).matches()) {
      annotationsCut = true;
    } else {
      annotations.add(
          LONG_NUMBER
              .matcher(annotation)
              .replaceAll(number -> new BigDecimal(number.group()).round(DIGITS).toString()));
    }
  }

  private void add(Labels labels, long timeMs, Point point) {
    TreeMap<Long, Point> points = series.get(labels);
    if (points == null) {
      points = new TreeMap<>();
      series.put(labels, points);
      order.add(labels);
    }
    if (points.put(timeMs, point) != null) {
      doubles.add("%s twice at %d".formatted(labels, timeMs));
    }
  }

  /** Adds a point as JSON has it: seconds and the value, a text or a histogram. */
  private void add(Labels labels, List<?> point) {
    Object value = nonNull(point.get(1));
    add(
        labels,
        timeMs(point),
        value instanceof String number ? new Point(number(number), null) : histogram(value));
  }

  @SuppressWarnings("unchecked")
  private static Point histogram(Object value) {
    JsonCase histogram = new JsonCase((Map<String, @Nullable Object>) value);
    List<Point.Bucket> buckets = new ArrayList<>();
    if (histogram.has("buckets")) {
      for (Object bucket : histogram.list("buckets")) {
        List<?> parts = (List<?>) nonNull(bucket);
        buckets.add(
            new Point.Bucket(
                number(string(parts.get(1))),
                number(string(parts.get(2))),
                number(string(parts.get(3)))));
      }
    }
    return new Point(
        number(histogram.text("sum")), new Point.Shape(number(histogram.text("count")), buckets));
  }

  private static long timeMs(List<?> point) {
    return Math.round((Double) nonNull(point.get(0)) * 1000);
  }

  private static Object nonNull(@Nullable Object value) {
    return Objects.requireNonNull(value);
  }

  private static String string(@Nullable Object value) {
    return (String) nonNull(value);
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  boolean isError() {
    return !error.isEmpty();
  }

  String error() {
    return error;
  }

  boolean isEmpty() {
    return series.isEmpty() && text.isEmpty();
  }

  /** {@return the series in the order they came} */
  List<Labels> order() {
    return order;
  }

  /** {@return what another answer has differently} */
  Optional<String> difference(Answer other, Strictness strictness) {
    if (isError() || other.isError()) {
      boolean all = strictness == Strictness.EVERYTHING;
      boolean same =
          isError()
              && other.isError()
              && (all ? error : mistake(error)).equals(all ? other.error : mistake(other.error));
      return same
          ? Optional.empty()
          : Optional.of("\"%s\", other \"%s\"".formatted(error, other.error));
    }
    if (!doubles.isEmpty()) {
      return Optional.of(doubles.getFirst());
    }
    if (!text.equals(other.text)) {
      return Optional.of("text \"%s\", other \"%s\"".formatted(text, other.text));
    }
    Optional<String> values = differentValue(other);
    return values.isPresent() || strictness == Strictness.VALUES
        ? values
        : differentAnnotation(other);
  }

  private Optional<String> differentAnnotation(Answer other) {
    boolean same =
        other.annotationsCut
            ? annotations.containsAll(other.annotations)
            : annotations.equals(other.annotations);
    return same
        ? Optional.empty()
        : Optional.of(SAYS + "%s%n    other %s".formatted(annotations, other.annotations));
  }

  private Optional<String> differentValue(Answer other) {
    if (!series.keySet().equals(other.series.keySet())) {
      return Optional.of("series %s, other %s".formatted(series.keySet(), other.series.keySet()));
    }
    for (Map.Entry<Labels, TreeMap<Long, Point>> entry : series.entrySet()) {
      TreeMap<Long, Point> mine = entry.getValue();
      TreeMap<Long, Point> theirs = other.series.getOrDefault(entry.getKey(), new TreeMap<>());
      if (!mine.keySet().equals(theirs.keySet())) {
        return Optional.of(
            "%s at %s, other at %s".formatted(entry.getKey(), mine.keySet(), theirs.keySet()));
      }
      for (Map.Entry<Long, Point> sample : mine.entrySet()) {
        Point point = theirs.get(sample.getKey());
        if (!sample.getValue().matches(point, NOISE)) {
          return Optional.of(
              "%s at %d: %s, other %s"
                  .formatted(entry.getKey(), sample.getKey(), sample.getValue(), point));
        }
      }
    }
    return Optional.empty();
  }

  /** What is wrong with the text of a query and where; nothing for errors of its evaluation. */
  private static String mistake(String error) {
    Matcher mistake = MISTAKE.matcher(error);
    return mistake.find() ? mistake.group() : "";
  }
}

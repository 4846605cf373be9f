package io.hmsops.query.differential;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer to a query, in whatever order it came: series with their samples, or an error. */
final class Answer {
  /** Numbers below this are noise where larger ones were subtracted from each other. */
  private static final double NOISE = 1e-6;

  private static final double RELATIVE = 1e-6;

  private static final Pattern MISTAKE = Pattern.compile("\\d+:\\d+: parse error: .*");

  private final Map<Labels, TreeMap<Long, Double>> series = new TreeMap<>();
  private final List<String> doubles = new ArrayList<>();
  private String error = "";

  static Answer failed(String error) {
    Answer answer = new Answer();
    answer.error = error;
    return answer;
  }

  static Answer of(QueryResult.Value value) {
    Answer answer = new Answer();
    switch (value) {
      case QueryResult.Scalar(var timeMs, var number) -> answer.add(Labels.EMPTY, timeMs, number);
      case QueryResult.Vector(var samples) ->
          samples.forEach(s -> answer.add(s.labels(), s.timestampMs(), s.value()));
      case QueryResult.Matrix(var matrix) -> {
        for (QueryResult.Points points : matrix) {
          for (int i = 0; i < points.timestampsMs().length; i++) {
            answer.add(points.labels(), points.timestampsMs()[i], points.values()[i]);
          }
        }
      }
      case QueryResult.Text text -> throw new AssertionError("a text: " + text);
    }
    return answer;
  }

  void add(Labels labels, long timeMs, double value) {
    Double before = series.computeIfAbsent(labels, key -> new TreeMap<>()).put(timeMs, value);
    if (before != null) {
      doubles.add("%s twice at %d".formatted(labels, timeMs));
    }
  }

  /** Adds a point as JSON has it: seconds and the value as a text. */
  void add(Labels labels, List<?> point) {
    if (point.get(0) instanceof Double seconds && point.get(1) instanceof String value) {
      add(labels, Math.round(seconds * 1000), number(value));
    } else {
      throw new AssertionError("not a point: " + point);
    }
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
    return series.isEmpty();
  }

  /** {@return what another answer has differently} */
  Optional<String> difference(Answer other) {
    if (isError() || other.isError()) {
      boolean same = isError() && other.isError() && mistake(error).equals(mistake(other.error));
      return same
          ? Optional.empty()
          : Optional.of("\"%s\", other \"%s\"".formatted(error, other.error));
    }
    if (!doubles.isEmpty()) {
      return Optional.of(doubles.getFirst());
    }
    if (!series.keySet().equals(other.series.keySet())) {
      return Optional.of("series %s, other %s".formatted(series.keySet(), other.series.keySet()));
    }
    for (Map.Entry<Labels, TreeMap<Long, Double>> entry : series.entrySet()) {
      TreeMap<Long, Double> mine = entry.getValue();
      TreeMap<Long, Double> theirs = other.series.getOrDefault(entry.getKey(), new TreeMap<>());
      if (!mine.keySet().equals(theirs.keySet())) {
        return Optional.of(
            "%s at %s, other at %s".formatted(entry.getKey(), mine.keySet(), theirs.keySet()));
      }
      for (Map.Entry<Long, Double> sample : mine.entrySet()) {
        double value = theirs.getOrDefault(sample.getKey(), Double.NaN);
        if (!same(sample.getValue(), value)) {
          return Optional.of(
              "%s at %d: %s, other %s"
                  .formatted(entry.getKey(), sample.getKey(), sample.getValue(), value));
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

  private static boolean same(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) && Double.isNaN(b);
    }
    return a == b
        || Math.abs(a - b) <= Math.max(NOISE, RELATIVE * Math.max(Math.abs(a), Math.abs(b)));
  }
}

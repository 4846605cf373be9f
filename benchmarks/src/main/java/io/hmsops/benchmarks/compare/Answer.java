package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The answer to a query in a form that can be compared: series in the order of their labels, with
 * their points.
 *
 * @param series points by labels
 */
record Answer(SortedMap<String, Points> series) {
  /** Values that differ by this part of the larger are the same. */
  static final double TOLERANCE = 1e-9;

  private static final JsonFactory JSON = new JsonFactory();

  /** The points of one series; both arrays are as long and are not changed. */
  static final class Points {
    private final long[] timesMs;
    private final double[] values;

    private Points(long[] timesMs, double[] values) {
      this.timesMs = timesMs;
      this.values = values;
    }

    /** {@return when, in milliseconds since the Unix epoch} */
    long[] timesMs() {
      return timesMs;
    }

    /** {@return what} */
    double[] values() {
      return values;
    }
  }

  /**
   * {@return the vector or matrix in an answer of the API}
   *
   * @param text the whole body
   * @throws IOException if it is none
   */
  static Answer parse(String text) throws IOException {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      SortedMap<String, Points> series = new TreeMap<>();
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.PROPERTY_NAME && json.currentName().equals("result")) {
          if (json.nextToken() != JsonToken.START_ARRAY) {
            break;
          }
          while (json.nextToken() == JsonToken.START_OBJECT) {
            readSeries(json, series);
          }
          return new Answer(series);
        }
      }
    }
    throw new IOException(
        "no result in the answer: " + text.substring(0, Math.min(300, text.length())));
  }

  private static void readSeries(JsonParser json, SortedMap<String, Points> series)
      throws IOException {
    SortedMap<String, String> labels = new TreeMap<>();
    PointList points = new PointList();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "metric" -> readLabels(json, labels);
        case "value" -> readPoint(json, points);
        case "values" -> {
          while (json.nextToken() == JsonToken.START_ARRAY) {
            readPoint(json, points);
          }
        }
        default -> json.skipChildren();
      }
    }
    if (series.put(labels.toString(), points.toPoints()) != null) {
      throw new IOException("series %s is twice in one answer".formatted(labels));
    }
  }

  private static void readLabels(JsonParser json, Map<String, String> labels) {
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      labels.put(name, json.getString());
    }
  }

  /** Reads {@code [seconds, "value"]}; its bracket has been read. */
  private static void readPoint(JsonParser json, PointList points) throws IOException {
    json.nextToken();
    long timeMs = Math.round(json.getDoubleValue() * 1e3);
    json.nextToken();
    points.add(timeMs, number(json.getString()));
    if (json.nextToken() != JsonToken.END_ARRAY) {
      throw new IOException("a point has more than a time and a value");
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** Points of a series that is being read. */
  private static final class PointList {
    private long[] timesMs = new long[1];
    private double[] values = new double[1];
    private int size;

    void add(long timeMs, double value) {
      if (size == values.length) {
        timesMs = Arrays.copyOf(timesMs, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      timesMs[size] = timeMs;
      values[size++] = value;
    }

    Points toPoints() {
      return new Points(Arrays.copyOf(timesMs, size), Arrays.copyOf(values, size));
    }
  }

  /** {@return the value of the only point, or 0 if there is none} */
  double onlyValue() throws IOException {
    if (series.isEmpty()) {
      return 0;
    }
    Points points = series.firstEntry().getValue();
    if (series.size() != 1 || points.values().length != 1) {
      throw new IOException("%d series (expected: one with one point)".formatted(series.size()));
    }
    return points.values()[0];
  }

  /** {@return how many points there are in all} */
  long points() {
    return series.values().stream().mapToLong(points -> points.values().length).sum();
  }

  /** {@return a checksum of labels, times, and values rounded to nine digits} */
  String checksum() {
    CRC32C crc = new CRC32C();
    StringBuilder text = new StringBuilder();
    series.forEach(
        (labels, points) -> {
          text.setLength(0);
          text.append(labels);
          for (int i = 0; i < points.values().length; i++) {
            text.append(points.timesMs()[i]);
            text.append(String.format(Locale.ROOT, " %.8e ", points.values()[i]));
          }
          crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
        });
    return "%08x".formatted(crc.getValue());
  }

  /** {@return what is different in the other answer, if anything} */
  Optional<String> difference(Answer other) {
    if (!series.keySet().equals(other.series.keySet())) {
      return Optional.of(
          "%d series against %d%s"
              .formatted(series.size(), other.series.size(), oneNotIn(other.series)));
    }
    for (Map.Entry<String, Points> entry : series.entrySet()) {
      Points mine = entry.getValue();
      Points theirs = other.series.getOrDefault(entry.getKey(), mine);
      if (!Arrays.equals(mine.timesMs(), theirs.timesMs())) {
        return Optional.of(
            "%s has %d points against %d, or at other times"
                .formatted(entry.getKey(), mine.timesMs().length, theirs.timesMs().length));
      }
      for (int i = 0; i < mine.values().length; i++) {
        if (!same(mine.values()[i], theirs.values()[i])) {
          return Optional.of(
              "%s at %d is %s against %s"
                  .formatted(
                      entry.getKey(), mine.timesMs()[i], mine.values()[i], theirs.values()[i]));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the same values without what they belong to} A series for each rank: at each time the
   * largest value, the second, and so on. What is to be compared of a {@code topk}: among equal
   * values it may take any, and Prometheus goes by the order of a hash table.
   */
  Answer byRank() {
    SortedMap<Long, List<Double>> byTime = new TreeMap<>();
    for (Points points : series.values()) {
      for (int i = 0; i < points.values().length; i++) {
        byTime.computeIfAbsent(points.timesMs()[i], _ -> new ArrayList<>()).add(points.values()[i]);
      }
    }
    SortedMap<Integer, PointList> ranks = new TreeMap<>();
    byTime.forEach(
        (timeMs, values) -> {
          values.sort(Comparator.reverseOrder());
          for (int rank = 0; rank < values.size(); rank++) {
            ranks.computeIfAbsent(rank, _ -> new PointList()).add(timeMs, values.get(rank));
          }
        });
    SortedMap<String, Points> ranked = new TreeMap<>();
    ranks.forEach((rank, points) -> ranked.put("{rank=%d}".formatted(rank), points.toPoints()));
    return new Answer(ranked);
  }

  private String oneNotIn(SortedMap<String, Points> others) {
    return series.keySet().stream()
        .filter(labels -> !others.containsKey(labels))
        .findFirst()
        .map(labels -> ", like " + labels)
        .orElse("");
  }

  private static boolean same(double a, double b) {
    return Double.compare(a, b) == 0
        || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
}

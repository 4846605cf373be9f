package io.hmsops.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Series recorded once a second, on a grid of seconds counted from their target's first sample. A
 * file has a line a series with three fields between tabs: labels; timestamps (the first, then
 * differences, in milliseconds); values as text, {@code =} where the one before repeats.
 */
final class Corpus {
  /** One series: labels, and its samples by second. */
  private static final class Recorded {
    private final Map<String, String> labels;
    private final double[] values;
    private final boolean[] present;

    Recorded(Map<String, String> labels, double[] values, boolean[] present) {
      this.labels = labels;
      this.values = values;
      this.present = present;
    }
  }

  private final List<Recorded> series;
  private final int seconds;
  private final String origin;

  private Corpus(List<Recorded> series, int seconds, String origin) {
    this.series = series;
    this.seconds = seconds;
    this.origin = origin;
  }

  /**
   * {@return the series of a file}
   *
   * @param file as described above, compressed with gzip
   * @throws IOException if it cannot be read or is of another form
   */
  static Corpus read(Path file) throws IOException {
    List<String[]> lines = new ArrayList<>();
    Map<String, Long> firstMs = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 3) {
          throw new IOException(
              "%s:%d: %d fields (expected: 3)".formatted(file, lines.size() + 1, fields.length));
        }
        lines.add(fields);
        long begin = Long.parseLong(fields[1].split(" ", 2)[0]);
        firstMs.merge(target(labels(fields[0])), begin, Math::min);
      }
    }
    List<Recorded> series = new ArrayList<>();
    int seconds = 0;
    for (String[] fields : lines) {
      Map<String, String> labels = labels(fields[0]);
      Recorded recorded =
          recorded(labels, fields[1], fields[2], firstMs.getOrDefault(target(labels), 0L));
      seconds = Math.max(seconds, recorded.values.length);
      series.add(recorded);
    }
    return new Corpus(series, seconds, file.getFileName().toString());
  }

  private static String target(Map<String, String> labels) {
    return labels.get("job") + "\n" + labels.get("instance");
  }

  private static Recorded recorded(
      Map<String, String> labels, String times, String texts, long beginMs) {
    String[] differences = times.split(" ", -1);
    String[] values = texts.split(" ", -1);
    long[] atMs = new long[differences.length];
    for (int i = 0; i < atMs.length; i++) {
      atMs[i] = Long.parseLong(differences[i]) + (i == 0 ? 0 : atMs[i - 1]);
    }
    int length = second(atMs[atMs.length - 1], beginMs) + 1;
    double[] bySecond = new double[length];
    boolean[] present = new boolean[length];
    double last = 0;
    for (int i = 0; i < atMs.length; i++) {
      last = values[i].equals("=") ? last : number(values[i]);
      bySecond[second(atMs[i], beginMs)] = last;
      present[second(atMs[i], beginMs)] = true;
    }
    return new Recorded(labels, bySecond, present);
  }

  private static int second(long atMs, long beginMs) {
    return (int) ((atMs - beginMs + 500) / 1_000);
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    int at = 1;
    while (at < text.length() - 1) {
      int equals = text.indexOf('=', at);
      StringBuilder value = new StringBuilder();
      int end = equals + 2;
      for (; text.charAt(end) != '"'; end++) {
        if (text.charAt(end) == '\\') {
          end++;
          value.append(text.charAt(end) == 'n' ? '\n' : text.charAt(end));
        } else {
          value.append(text.charAt(end));
        }
      }
      labels.put(text.substring(at, equals), value.toString());
      at = text.startsWith(", ", end + 1) ? end + 3 : end + 1;
    }
    return labels;
  }

  /**
   * {@return an invented stand-in of the same size: half the series constant, a quarter integer
   * counters, the rest decimal and floating-point gauges}
   */
  static Corpus invented() {
    int seconds = 2_850;
    List<Recorded> series = new ArrayList<>();
    for (int i = 0; i < 1_102; i++) {
      Map<String, String> labels = new TreeMap<>();
      labels.put("__name__", "bench_corpus_" + i / 8);
      labels.put("job", i < 551 ? "node" : "server");
      labels.put("instance", "");
      labels.put("part", Integer.toString(i % 8));
      double[] values = new double[seconds];
      boolean[] present = new boolean[seconds];
      double walk = Mix.below(1_000, i, -2);
      for (int k = 0; k < seconds; k++) {
        walk += (Mix.below(2_001, i, k) - 1_000) / 1e3;
        values[k] = invented(i, k, walk);
        present[k] = true;
      }
      series.add(new Recorded(labels, values, present));
    }
    return new Corpus(series, seconds, "an invented corpus");
  }

  private static double invented(int series, int second, double walk) {
    return switch (series & 7) {
      case 0, 1, 2, 3 -> series * 10;
      case 4, 5 -> Mix.counter(Mix.rate(series) / 15 + 1, series, second);
      case 6 -> Math.rint(walk * 100) / 100;
      default -> walk * Math.PI;
    };
  }

  /** {@return how many series one target has} */
  int size() {
    return series.size();
  }

  /** {@return the length of the record, in seconds} */
  int seconds() {
    return seconds;
  }

  /** {@return where it comes from} */
  String origin() {
    return origin;
  }

  /** {@return names and values in turn, ordered by name, with another instance} */
  String[] labels(int i, String instance) {
    List<String> labels = new ArrayList<>();
    series
        .get(i)
        .labels
        .forEach(
            (name, value) -> {
              labels.add(name);
              labels.add(name.equals("instance") ? instance : value);
            });
    return labels.toArray(String[]::new);
  }

  /** {@return whether the series has a sample in that second} */
  boolean present(int i, int second) {
    boolean[] present = series.get(i).present;
    return second < present.length && present[second];
  }

  /** {@return the value in that second, if there is one} */
  double value(int i, int second) {
    return series.get(i).values[second];
  }
}

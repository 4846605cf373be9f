package io.hmsops.query.script;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares a value with what a script expects. Each check returns the first difference, if any. */
final class ResultCheck {
  private ResultCheck() {}

  static Optional<String> instant(Expectation expected, QueryResult.Value value, long timestampMs) {
    return switch (value) {
      case QueryResult.Text(_, var text) ->
          expected.string.isPresent() && expected.string.get().equals(text)
              ? Optional.empty()
              : Optional.of("string \"%s\"".formatted(text));
      case QueryResult.Scalar(_, var found) ->
          expected.scalar.isPresent() && Tolerance.same(expected.scalar.getAsDouble(), found)
              ? Optional.empty()
              : Optional.of("scalar " + found);
      case QueryResult.Vector(var samples) ->
          expected.string.isPresent()
                  || expected.scalar.isPresent()
                  || expected.rangeVector.isPresent()
              ? Optional.of("a vector of %d samples".formatted(samples.size()))
              : vector(expected, samples, timestampMs);
      case QueryResult.Matrix matrix ->
          expected
              .rangeVector
              .map(grid -> matrix(expected, matrix, grid.startMs(), grid.stepMs()))
              .orElse(Optional.of("a range vector of %d series".formatted(matrix.series().size())));
    };
  }

  static Optional<String> range(
      Expectation expected, QueryResult.Value value, long startMs, long stepMs) {
    if (!(value instanceof QueryResult.Matrix matrix)) {
      return Optional.of("%s instead of a matrix".formatted(value.getClass().getSimpleName()));
    }
    for (int i = 1; i < matrix.series().size(); i++) {
      Labels before = matrix.series().get(i - 1).labels();
      Labels after = matrix.series().get(i).labels();
      if (before.compareTo(after) >= 0) {
        return Optional.of("%s before %s (expected: sorted series)".formatted(before, after));
      }
    }
    return matrix(expected, matrix, startMs, stepMs);
  }

  private static Optional<String> vector(
      Expectation expected, List<QueryResult.Sample> samples, long timestampMs) {
    Map<Labels, SeriesLine> open = byLabels(expected);
    for (int i = 0; i < samples.size(); i++) {
      QueryResult.Sample sample = samples.get(i);
      SeriesLine line = open.remove(sample.labels());
      String found = show(sample.labels(), sample.value(), sample.histogram());
      if (line == null) {
        return Optional.of("%s is not expected (or twice there)".formatted(found));
      }
      boolean placed = !expected.ordered || expected.series.get(i).labels().equals(sample.labels());
      if (!placed) {
        return Optional.of("%s at position %d".formatted(found, i + 1));
      }
      if (sample.timestampMs() != timestampMs) {
        return Optional.of("%s at time %d ms".formatted(found, sample.timestampMs()));
      }
      if (line.items().size() != 1
          || !same(line.items().getFirst(), sample.value(), sample.histogram())) {
        return Optional.of(found);
      }
    }
    return open.keySet().stream().findFirst().map(labels -> labels + " is missing");
  }

  private static Map<Labels, SeriesLine> byLabels(Expectation expected) {
    Map<Labels, SeriesLine> byLabels = new LinkedHashMap<>();
    expected.series.forEach(line -> byLabels.put(line.labels(), line));
    return byLabels;
  }

  private static Optional<String> matrix(
      Expectation expected, QueryResult.Matrix matrix, long startMs, long stepMs) {
    Map<Labels, SeriesLine> open = byLabels(expected);
    for (QueryResult.Points points : matrix.series()) {
      SeriesLine line = open.remove(points.labels());
      if (line == null) {
        return Optional.of(
            "series %s of %d points is not expected (or twice there)"
                .formatted(points.labels(), points.timestampsMs().length));
      }
      Optional<String> difference = points(line, points, startMs, stepMs);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return open.values().stream()
        .filter(line -> line.items().stream().anyMatch(item -> !(item instanceof Item.Missing)))
        .findFirst()
        .map(line -> line.labels() + " is missing");
  }

  private static Optional<String> points(
      SeriesLine line, QueryResult.Points points, long startMs, long stepMs) {
    Map<Long, Item> open = new HashMap<>();
    for (int i = 0; i < line.items().size(); i++) {
      if (!(line.items().get(i) instanceof Item.Missing)) {
        open.put(startMs + i * stepMs, line.items().get(i));
      }
    }
    long[] timestampsMs = points.timestampsMs();
    for (int i = 0; i < timestampsMs.length; i++) {
      Item item = open.remove(timestampsMs[i]);
      @Nullable Histogram[] histograms = points.histograms();
      Histogram histogram = histograms == null ? null : histograms[i];
      if (item == null || !same(item, points.values()[i], histogram)) {
        return Optional.of(
            "%s at %d ms"
                .formatted(show(points.labels(), points.values()[i], histogram), timestampsMs[i]));
      }
    }
    return open.keySet().stream()
        .min(Long::compare)
        .map(time -> "%s has nothing at %d ms".formatted(points.labels(), time));
  }

  private static boolean same(Item expected, double value, @Nullable Histogram histogram) {
    return switch (expected) {
      case Item.Missing _ -> false;
      case Item.Value(var wanted) -> histogram == null && Tolerance.same(wanted, value);
      case Item.Hist wanted -> histogram != null && Tolerance.same(wanted, histogram);
    };
  }

  private static String show(Labels labels, double value, @Nullable Histogram histogram) {
    return "%s %s".formatted(labels, histogram == null ? Double.toString(value) : histogram);
  }
}

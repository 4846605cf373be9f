package io.hmsops.server.api;

import io.hmsops.server.http.HttpRequest;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** {@code status/tsdb}: where the series come from. */
final class StoreEndpoints {
  private static final int DEFAULT_LIMIT = 10;
  private static final int MAX_LIMIT = 10_000;

  private final ApiContext context;

  StoreEndpoints(ApiContext context) {
    this.context = context;
  }

  /** Counts over all series of the store's most recent part. */
  private static final class Counts {
    final Map<String, Long> seriesByMetric = new HashMap<>();
    final Map<String, Long> seriesByPair = new HashMap<>();
    final Map<String, Set<String>> valuesByName = new HashMap<>();

    void add(SeriesSet series) {
      for (Label label : series.series().labels()) {
        if (label.name().equals(Label.METRIC_NAME)) {
          seriesByMetric.merge(label.value(), 1L, Long::sum);
        }
        seriesByPair.merge(label.name() + "=" + label.value(), 1L, Long::sum);
        valuesByName.computeIfAbsent(label.name(), n -> new HashSet<>()).add(label.value());
      }
    }

    Map<String, Long> valueCounts() {
      Map<String, Long> counts = new HashMap<>();
      valuesByName.forEach((name, values) -> counts.put(name, (long) values.size()));
      return counts;
    }

    Map<String, Long> valueBytes() {
      Map<String, Long> bytes = new HashMap<>();
      valuesByName.forEach(
          (name, values) -> bytes.put(name, values.stream().mapToLong(String::length).sum()));
      return bytes;
    }
  }

  Answer tsdb(HttpRequest request) throws IOException {
    int limit = limit(new RequestParameters(request.query()));
    StoreStatus status =
        context
            .services()
            .storeStatus()
            .get()
            .orElseThrow(() -> ApiException.notSupported("statistics of this store"));
    Counts counts = count(request, status);
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("headStats");
          json.writeNumberProperty("numSeries", status.seriesCount());
          json.writeNumberProperty("numLabelPairs", counts.seriesByPair.size());
          json.writeNumberProperty("chunkCount", status.chunkCount());
          json.writeNumberProperty("minTime", status.minTimeMs());
          json.writeNumberProperty("maxTime", status.maxTimeMs());
          json.writeEndObject();
          writeTop(json, "seriesCountByMetricName", counts.seriesByMetric, limit);
          writeTop(json, "labelValueCountByLabelName", counts.valueCounts(), limit);
          writeTop(json, "memoryInBytesByLabelName", counts.valueBytes(), limit);
          writeTop(json, "seriesCountByLabelValuePair", counts.seriesByPair, limit);
          json.writeEndObject();
        });
  }

  private Counts count(HttpRequest request, StoreStatus status) throws IOException {
    Counts counts = new Counts();
    SelectHints hints =
        new SelectHints(
            status.minTimeMs(),
            status.maxTimeMs(),
            0,
            0,
            "series",
            List.of(),
            false,
            request.cancellation());
    try (Querier querier = context.storage().querier(status.minTimeMs(), status.maxTimeMs())) {
      SeriesSet series = querier.select(hints, List.of());
      while (series.next()) {
        counts.add(series);
      }
    }
    return counts;
  }

  private static int limit(RequestParameters parameters) {
    if (!parameters.has("limit")) {
      return DEFAULT_LIMIT;
    }
    int limit;
    try {
      limit = Integer.parseInt(parameters.text("limit"));
    } catch (NumberFormatException e) {
      limit = 0;
    }
    if (limit < 1) {
      throw ApiException.badData("limit must be a positive number");
    }
    if (limit > MAX_LIMIT) {
      throw ApiException.badData("limit must not exceed %d".formatted(MAX_LIMIT));
    }
    return limit;
  }

  private static void writeTop(
      JsonGenerator json, String property, Map<String, Long> counts, int limit) {
    json.writeArrayPropertyStart(property);
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(limit)
        .forEach(
            entry -> {
              json.writeStartObject();
              json.writeStringProperty("name", entry.getKey());
              json.writeNumberProperty("value", entry.getValue());
              json.writeEndObject();
            });
    json.writeEndArray();
  }
}

package io.hmsops.server.api;

import io.hmsops.query.parse.ParseException;
import io.hmsops.server.config.Durations;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Querier;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** {@code targets}, {@code targets/metadata}, {@code scrape_pools} and {@code metadata}. */
final class TargetEndpoints {
  private final ApiContext context;

  TargetEndpoints(ApiContext context) {
    this.context = context;
  }

  private TargetSource source() {
    return context.services().targets();
  }

  Answer targets(HttpRequest request) {
    // The URL only, as upstream.
    RequestParameters parameters = new RequestParameters(request.query());
    String state = parameters.has("state") ? parameters.text("state") : "any";
    String pool = parameters.text("scrapePool");
    boolean active = state.equals("any") || state.equals("active");
    boolean dropped = state.equals("any") || state.equals("dropped");
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("activeTargets");
          if (active) {
            source().active().stream()
                .filter(target -> pool.isEmpty() || target.pool().equals(pool))
                .sorted(Comparator.comparing(TargetStatus::pool))
                .forEach(target -> writeActive(json, target));
          }
          json.writeEndArray();
          writeDropped(json, dropped, pool);
          json.writeEndObject();
        });
  }

  private static void writeActive(JsonGenerator json, TargetStatus target) {
    json.writeStartObject();
    json.writeName("discoveredLabels");
    ResultJson.writeLabels(json, target.discoveredLabels());
    json.writeName("labels");
    ResultJson.writeLabels(json, target.labels());
    json.writeStringProperty("scrapePool", target.pool());
    json.writeStringProperty("scrapeUrl", target.scrapeUrl());
    json.writeStringProperty("globalUrl", target.globalUrl());
    json.writeStringProperty("lastError", target.lastError());
    json.writeStringProperty("lastScrape", ApiTimes.rfc3339(target.lastScrapeMs()));
    json.writeNumberProperty("lastScrapeDuration", target.lastScrapeSeconds());
    json.writeStringProperty("health", target.health().text());
    json.writeStringProperty("scrapeInterval", Durations.format(target.intervalMs()));
    json.writeStringProperty("scrapeTimeout", Durations.format(target.timeoutMs()));
    json.writeEndObject();
  }

  private void writeDropped(JsonGenerator json, boolean wanted, String pool) {
    Map<String, Integer> counts = new TreeMap<>();
    source().pools().forEach(name -> counts.put(name, 0));
    json.writeArrayPropertyStart("droppedTargets");
    for (TargetStatus.Dropped target : source().dropped()) {
      counts.merge(target.pool(), 1, Integer::sum);
      if (wanted && (pool.isEmpty() || target.pool().equals(pool))) {
        json.writeStartObject();
        json.writeName("discoveredLabels");
        ResultJson.writeLabels(json, target.discoveredLabels());
        json.writeStringProperty("scrapePool", target.pool());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeObjectPropertyStart("droppedTargetCounts");
    counts.forEach(json::writeNumberProperty);
    json.writeEndObject();
  }

  Answer scrapePools(HttpRequest request) {
    List<String> pools = source().pools().stream().sorted().toList();
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("scrapePools");
          pools.forEach(json::writeString);
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** Checks what is asked for, and says that it is not supported. */
  Answer scrapePoolConfig(HttpRequest request) {
    requirePool(request);
    throw new ApiException(ErrorKind.UNAVAILABLE, "not supported: the configuration of a pool");
  }

  /** Checks what is asked for, and says that it is not supported. */
  Answer relabelSteps(HttpRequest request) {
    RequestParameters parameters = requirePool(request);
    if (parameters.text("labels").isEmpty()) {
      throw new ApiException(ErrorKind.BAD_DATA, "no labels parameter provided");
    }
    throw new ApiException(ErrorKind.UNAVAILABLE, "not supported: relabelling step by step");
  }

  private static RequestParameters requirePool(HttpRequest request) {
    RequestParameters parameters = new RequestParameters(request.query());
    if (parameters.text("scrapePool").isEmpty()) {
      throw new ApiException(ErrorKind.BAD_DATA, "no scrapePool parameter provided");
    }
    return parameters;
  }

  Answer targetMetadata(HttpRequest request) {
    RequestParameters parameters = new RequestParameters(request.query());
    int limit = number(parameters, "limit");
    String metric = parameters.text("metric");
    List<LabelMatcher> matchers = targetMatchers(parameters);
    List<TargetSource.TargetMetadata> found =
        source().metadata().stream()
            .filter(m -> matchers.stream().allMatch(matcher -> matcher.matches(m.target())))
            .filter(m -> metric.isEmpty() || m.metric().equals(metric))
            .limit(limit < 0 ? Long.MAX_VALUE : limit)
            .toList();
    return Answer.of(
        json -> {
          json.writeStartArray();
          for (TargetSource.TargetMetadata item : found) {
            json.writeStartObject();
            json.writeName("target");
            ResultJson.writeLabels(json, item.target());
            if (metric.isEmpty()) {
              json.writeStringProperty("metric", item.metric());
            }
            writeMetadata(json, item.metadata());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static List<LabelMatcher> targetMatchers(RequestParameters parameters) {
    if (!parameters.has("match_target")) {
      return List.of();
    }
    try {
      return Selectors.parse(parameters.text("match_target"));
    } catch (ParseException e) {
      throw ApiException.badParameter("match_target", String.valueOf(e.getMessage()));
    }
  }

  private static void writeMetadata(JsonGenerator json, Metadata metadata) {
    json.writeStringProperty("type", metadata.type());
    json.writeStringProperty("help", metadata.help());
    json.writeStringProperty("unit", metadata.unit());
  }

  /** {@return a number, negative if it is not given} */
  private static int number(RequestParameters parameters, String name) {
    if (!parameters.has(name)) {
      return -1;
    }
    try {
      return Integer.parseInt(parameters.text(name));
    } catch (NumberFormatException e) {
      throw ApiException.badData(name + " must be a number");
    }
  }

  /** What targets say now; of families that none has, what is stored. */
  Answer metadata(HttpRequest request) throws IOException {
    RequestParameters parameters = new RequestParameters(request.query());
    int limit = number(parameters, "limit");
    int limitPerMetric = number(parameters, "limit_per_metric");
    String wanted = parameters.text("metric");
    Map<String, Set<Metadata>> known = new TreeMap<>();
    try (Querier querier = context.storage().querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      querier.metadata().forEach((name, said) -> known.put(name, new LinkedHashSet<>(said)));
    }
    Set<String> exposed = new HashSet<>();
    for (TargetSource.TargetMetadata item : source().metadata()) {
      if (exposed.add(item.metric())) {
        known.put(item.metric(), new LinkedHashSet<>());
      }
      known.computeIfAbsent(item.metric(), _ -> new LinkedHashSet<>()).add(item.metadata());
    }
    Map<String, List<Metadata>> families = new TreeMap<>();
    known.forEach(
        (name, said) -> {
          boolean full = limit >= 0 && families.size() >= limit;
          if (!full && (wanted.isEmpty() || name.equals(wanted))) {
            families.put(
                name,
                said.stream()
                    .limit(limitPerMetric <= 0 ? Long.MAX_VALUE : limitPerMetric)
                    .toList());
          }
        });
    return Answer.of(json -> writeFamilies(json, families));
  }

  private static void writeFamilies(JsonGenerator json, Map<String, List<Metadata>> families) {
    json.writeStartObject();
    families.forEach(
        (name, family) -> {
          json.writeArrayPropertyStart(name);
          writeAll(json, family);
          json.writeEndArray();
        });
    json.writeEndObject();
  }

  private static void writeAll(JsonGenerator json, Collection<Metadata> family) {
    for (Metadata metadata : family) {
      json.writeStartObject();
      writeMetadata(json, metadata);
      json.writeEndObject();
    }
  }
}

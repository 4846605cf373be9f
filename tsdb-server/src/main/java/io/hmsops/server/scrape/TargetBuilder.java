package io.hmsops.server.scrape;

import io.hmsops.server.config.Durations;
import io.hmsops.server.config.NameValidation;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.config.TargetGroup;
import io.hmsops.server.relabel.Relabeler;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes targets of target groups: default labels, relabeling, the address. */
final class TargetBuilder {
  private static final String ADDRESS = "__address__";
  private static final String SCHEME = "__scheme__";
  private static final String PATH = "__metrics_path__";
  private static final String INTERVAL = "__scrape_interval__";
  private static final String TIMEOUT = "__scrape_timeout__";
  private static final String PARAM_PREFIX = "__param_";

  private final ScrapeConfig config;
  private final Relabeler relabeler;

  /**
   * The targets of a job.
   *
   * @param active by their labels and address
   * @param dropped the discovered labels of those that a rule dropped
   * @param problems why others are no targets
   */
  record Result(List<Target> active, List<Labels> dropped, List<String> problems) {}

  TargetBuilder(ScrapeConfig config) {
    this.config = config;
    this.relabeler = new Relabeler(config.relabelConfigs());
  }

  Result build(List<TargetGroup> groups) {
    Map<String, Target> active = new LinkedHashMap<>();
    List<Labels> dropped = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (TargetGroup group : groups) {
      for (String address : group.targets()) {
        Labels discovered = discovered(group.labels(), address);
        Labels labels = relabeler.apply(discovered);
        if (labels == null || labels.isEmpty()) {
          dropped.add(discovered);
          continue;
        }
        try {
          Target target = target(labels, discovered);
          active.putIfAbsent(target.labels() + " " + target.url(), target);
        } catch (IllegalArgumentException invalid) {
          problems.add(
              "job %s: target %s: %s".formatted(config.jobName(), address, invalid.getMessage()));
        }
      }
    }
    return new Result(List.copyOf(active.values()), List.copyOf(dropped), List.copyOf(problems));
  }

  private Labels discovered(Labels group, String address) {
    Labels.Builder labels = group.toBuilder();
    labels.set(ADDRESS, address);
    defaultLabel(labels, "job", config.jobName());
    defaultLabel(labels, SCHEME, config.scheme());
    defaultLabel(labels, PATH, config.metricsPath());
    defaultLabel(labels, INTERVAL, Durations.format(config.scrapeIntervalMs()));
    defaultLabel(labels, TIMEOUT, Durations.format(config.scrapeTimeoutMs()));
    config
        .params()
        .forEach(
            (name, values) -> {
              if (!values.isEmpty()) {
                labels.set(PARAM_PREFIX + name, values.getFirst());
              }
            });
    return labels.build();
  }

  private static void defaultLabel(Labels.Builder labels, String name, String value) {
    if (labels.get(name).isEmpty()) {
      labels.set(name, value);
    }
  }

  private Target target(Labels labels, Labels discovered) {
    String address = labels.get(ADDRESS);
    if (address.isEmpty()) {
      throw new IllegalArgumentException("no address");
    }
    if (address.contains("/")) {
      throw new IllegalArgumentException("\"%s\" is not a valid hostname".formatted(address));
    }
    long intervalMs = duration(labels.get(INTERVAL), "scrape interval");
    long timeoutMs = duration(labels.get(TIMEOUT), "scrape timeout");
    if (timeoutMs > intervalMs) {
      throw new IllegalArgumentException(
          "scrape timeout cannot be greater than scrape interval (\"%s\" > \"%s\")"
              .formatted(labels.get(TIMEOUT), labels.get(INTERVAL)));
    }
    Labels stored = labels.filter(name -> !name.startsWith("__"));
    if (!stored.has("instance")) {
      stored = stored.with("instance", address);
    }
    NameValidation validation = config.shared().nameValidation();
    for (Label label : stored) {
      if (!validation.isLabelName(label.name())) {
        throw new IllegalArgumentException("invalid label name \"%s\"".formatted(label.name()));
      }
    }
    return new Target(stored, discovered, url(labels, address), intervalMs, timeoutMs);
  }

  private static long duration(String text, String what) {
    long durationMs;
    try {
      durationMs = Durations.parseMs(text);
    } catch (IllegalArgumentException invalid) {
      throw new IllegalArgumentException(
          "error parsing %s: %s".formatted(what, invalid.getMessage()), invalid);
    }
    if (durationMs == 0) {
      throw new IllegalArgumentException(what + " cannot be 0");
    }
    return durationMs;
  }

  private String url(Labels labels, String address) {
    Map<String, List<String>> params = new TreeMap<>(config.params());
    for (Label label : labels) {
      if (label.name().startsWith(PARAM_PREFIX)) {
        String name = label.name().substring(PARAM_PREFIX.length());
        List<String> values = new ArrayList<>(params.getOrDefault(name, List.of("")));
        values.set(0, label.value());
        params.put(name, values);
      }
    }
    StringBuilder query = new StringBuilder();
    params.forEach(
        (name, values) ->
            values.forEach(
                value ->
                    query
                        .append(query.isEmpty() ? '?' : '&')
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
    String path = labels.get(PATH);
    return "%s://%s%s%s%s"
        .formatted(labels.get(SCHEME), address, path.startsWith("/") ? "" : "/", path, query);
  }
}

package io.hmsops.server.config;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one job. */
final class ScrapeConfigReader {
  private static final List<String> NOT_HONOURED =
      List.of(
          "native_histogram_bucket_limit",
          "native_histogram_min_bucket_factor",
          "scrape_failure_log_file");

  /** Stands behind the list that it is made of. */
  private static final Set<String> FIELDS = fields();

  private final Path directory;
  private final GlobalConfig global;
  private final List<String> warnings;

  ScrapeConfigReader(Path directory, GlobalConfig global, List<String> warnings) {
    this.directory = directory;
    this.global = global;
    this.warnings = warnings;
  }

  private static Set<String> fields() {
    Set<String> fields =
        new HashSet<>(
            Set.of(
                "job_name",
                "scrape_interval",
                "scrape_timeout",
                "scheme",
                "metrics_path",
                "params",
                "honor_labels",
                "honor_timestamps",
                "track_timestamps_staleness",
                "enable_compression",
                "fallback_scrape_protocol",
                "static_configs",
                "file_sd_configs",
                "relabel_configs",
                "metric_relabel_configs"));
    fields.addAll(NOT_HONOURED);
    fields.addAll(ScrapeDefaultsReader.FIELDS);
    fields.addAll(HttpClientConfigReader.FIELDS);
    fields.addAll(ServiceDiscoveryCheck.FIELDS);
    return Set.copyOf(fields);
  }

  ScrapeConfig read(YamlMapping node) throws ConfigException {
    node.rejectUnknown("config.ScrapeConfig", FIELDS);
    String job = node.text("job_name", "");
    if (job.isEmpty() && !node.has("http_sd_configs")) {
      throw node.error("job_name is empty");
    }
    String owner = "scrape config with job name \"%s\"".formatted(job);
    for (String name : NOT_HONOURED) {
      if (node.get(name) != null) {
        warnings.add("%s: not supported: %s".formatted(node.key(name).place(), name));
      }
    }
    new ServiceDiscoveryCheck(directory, warnings).check(node);
    if (job.isEmpty()) {
      throw node.error("job_name is empty");
    }
    long intervalMs = node.durationMs("scrape_interval", global.scrapeIntervalMs());
    ScrapeDefaults shared = new ScrapeDefaultsReader(warnings).read(node, global.scrape(), owner);
    RelabelConfigReader relabel = new RelabelConfigReader(shared.nameValidation());
    return new ScrapeConfig(
        job,
        intervalMs,
        timeoutMs(node, intervalMs, owner),
        scheme(node),
        node.text("metrics_path", "/metrics"),
        params(node),
        node.bool("honor_labels", false),
        node.bool("honor_timestamps", true),
        node.bool("track_timestamps_staleness", false),
        node.bool("enable_compression", true),
        fallback(node, owner),
        shared,
        new HttpClientConfigReader(directory, warnings).read(node),
        staticConfigs(node),
        fileSdConfigs(node),
        relabel.list(
            node.list("relabel_configs"), "empty or null target relabeling rule in " + owner),
        relabel.list(
            node.list("metric_relabel_configs"),
            "empty or null metric relabeling rule in " + owner));
  }

  private long timeoutMs(YamlMapping node, long intervalMs, String owner) throws ConfigException {
    long timeoutMs = node.durationMs("scrape_timeout", 0);
    if (timeoutMs > intervalMs) {
      throw node.key("scrape_timeout")
          .error("scrape timeout greater than scrape interval for " + owner);
    }
    return timeoutMs == 0 ? Math.min(global.scrapeTimeoutMs(), intervalMs) : timeoutMs;
  }

  private static String scheme(YamlMapping node) throws ConfigException {
    String scheme = node.text("scheme", "http");
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw node.key("scheme").error("scheme: \"%s\" (expected: http or https)".formatted(scheme));
    }
    return scheme;
  }

  private static Map<String, List<String>> params(YamlMapping node) throws ConfigException {
    Map<String, List<String>> params = new LinkedHashMap<>();
    YamlNode value = node.get("params");
    if (value != null) {
      YamlMapping fields = value.asMapping();
      for (String name : fields.names()) {
        params.put(name, fields.texts(name));
      }
    }
    return params;
  }

  private static @Nullable ScrapeProtocol fallback(YamlMapping node, String owner)
      throws ConfigException {
    YamlNode value = node.get("fallback_scrape_protocol");
    if (value == null) {
      return null;
    }
    ScrapeProtocol protocol = ScrapeProtocol.of(value.asText());
    if (protocol == null) {
      throw value.error(
          "invalid fallback_scrape_protocol for %s: %s"
              .formatted(owner, ScrapeDefaultsReader.unknownProtocol(value.asText())));
    }
    if (protocol == ScrapeProtocol.PROMETHEUS_PROTO) {
      throw value.error("not supported: fallback_scrape_protocol PrometheusProto");
    }
    return protocol;
  }

  private static List<TargetGroup> staticConfigs(YamlMapping node) throws ConfigException {
    List<TargetGroup> groups = new ArrayList<>();
    for (YamlNode item : node.list("static_configs")) {
      if (item.isNull()) {
        throw item.error("empty or null section in static_configs");
      }
      groups.add(TargetGroupReader.read(item.asMapping(), "static/" + groups.size()));
    }
    return groups;
  }

  private List<FileSdConfig> fileSdConfigs(YamlMapping node) throws ConfigException {
    List<FileSdConfig> configs = new ArrayList<>();
    for (YamlNode item : node.list("file_sd_configs")) {
      YamlMapping fields = item.asMapping();
      fields.rejectUnknown("file.SDConfig", Set.of("files", "refresh_interval"));
      List<String> files = new ArrayList<>();
      for (YamlNode file : fields.list("files")) {
        files.add(FilePatterns.checkedSdFile(file, directory));
      }
      if (files.isEmpty()) {
        throw item.error("file service discovery config must contain at least one path name");
      }
      configs.add(
          new FileSdConfig(
              files,
              fields.durationMs("refresh_interval", FileSdConfig.DEFAULT_REFRESH_INTERVAL_MS)));
    }
    return configs;
  }

  static void checkUrl(YamlNode node) throws ConfigException {
    URI uri;
    try {
      // "http://" is no URI to Java, but its missing part should be named.
      uri = URI.create(node.asText().matches("https?://") ? node.asText() + "/" : node.asText());
    } catch (IllegalArgumentException invalid) {
      throw node.error("parse \"%s\": not a valid URL".formatted(node.asText()));
    }
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw node.error("URL scheme must be 'http' or 'https'");
    }
    if (uri.getHost() == null && uri.getAuthority() == null) {
      throw node.error("host is missing in URL");
    }
  }

  static Labels labels(YamlMapping node) throws ConfigException {
    Labels.Builder labels = new Labels.Builder();
    for (String name : node.names()) {
      String value = node.field(name).asText();
      if (!NameValidation.UTF8.isLabelName(name)) {
        throw node.key(name).error(InvalidBytes.quote(name) + " is not a valid label name");
      }
      if (!InvalidBytes.isValidUtf8(value)) {
        throw node.field(name).error(InvalidBytes.quote(value) + " is not a valid label value");
      }
      labels.add(name, value);
    }
    return labels.build();
  }

  static void checkNotMetricName(YamlMapping node) throws ConfigException {
    if (node.has(Label.METRIC_NAME)) {
      throw node.key(Label.METRIC_NAME).error("\"__name__\" is not allowed as a target's label");
    }
  }
}

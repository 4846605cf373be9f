package io.hmsops.server.config;

import io.hmsops.tsdb.labels.Labels;
import java.util.List;
import java.util.Map;

/** Prints the configuration in effect as YAML, defaults filled in, secrets left out. */
public final class ConfigPrinter {
  private final StringBuilder text = new StringBuilder();

  private ConfigPrinter() {}

  /**
   * {@return the configuration as YAML}
   *
   * @param config the configuration
   */
  public static String print(PrometheusConfig config) {
    ConfigPrinter printer = new ConfigPrinter();
    printer.global(config.global());
    if (!config.alertRelabelConfigs().isEmpty()) {
      printer.text.append("alerting:\n");
      printer.relabel("  ", "alert_relabel_configs", config.alertRelabelConfigs());
    }
    printer.texts("", "rule_files", config.ruleFiles());
    if (!config.scrapeConfigs().isEmpty()) {
      printer.text.append("scrape_configs:\n");
      config.scrapeConfigs().forEach(printer::job);
    }
    printer.storage(config.storage());
    return printer.text.toString();
  }

  private void global(GlobalConfig global) {
    text.append("global:\n");
    field("  ", "scrape_interval", Durations.format(global.scrapeIntervalMs()));
    field("  ", "scrape_timeout", Durations.format(global.scrapeTimeoutMs()));
    protocols("  ", global.scrape().protocols());
    field("  ", "evaluation_interval", Durations.format(global.evaluationIntervalMs()));
    global.queryLogFile().ifPresent(file -> field("  ", "query_log_file", quoted(file.toString())));
    labels("  ", "external_labels", global.externalLabels());
    limits("  ", global.scrape().limits());
    shared("  ", global.scrape());
  }

  private void job(ScrapeConfig job) {
    text.append("- job_name: ").append(quoted(job.jobName())).append('\n');
    field("  ", "honor_labels", job.honorLabels());
    field("  ", "honor_timestamps", job.honorTimestamps());
    field("  ", "track_timestamps_staleness", job.trackTimestampsStaleness());
    if (!job.params().isEmpty()) {
      text.append("  params:\n");
      new java.util.TreeMap<>(job.params())
          .forEach((name, values) -> texts("    ", quoted(name), values));
    }
    field("  ", "scrape_interval", Durations.format(job.scrapeIntervalMs()));
    field("  ", "scrape_timeout", Durations.format(job.scrapeTimeoutMs()));
    protocols("  ", job.shared().protocols());
    ScrapeProtocol fallback = job.fallbackProtocol();
    if (fallback != null) {
      field("  ", "fallback_scrape_protocol", fallback.text());
    }
    limits("  ", job.shared().limits());
    shared("  ", job.shared());
    field("  ", "metrics_path", quoted(job.metricsPath()));
    field("  ", "scheme", job.scheme());
    field("  ", "enable_compression", job.enableCompression());
    http(job.http());
    relabel("  ", "relabel_configs", job.relabelConfigs());
    relabel("  ", "metric_relabel_configs", job.metricRelabelConfigs());
    fileSd(job.fileSdConfigs());
    staticConfigs(job.staticConfigs());
  }

  private void shared(String indent, ScrapeDefaults shared) {
    field(indent, "metric_name_validation_scheme", shared.nameValidation().text());
    field(indent, "metric_name_escaping_scheme", shared.escaping());
    field(indent, "extra_scrape_metrics", shared.extraMetrics());
  }

  private void limits(String indent, ScrapeLimits limits) {
    limit(indent, "body_size_limit", limits.bodySizeBytes(), "B");
    limit(indent, "sample_limit", limits.samples(), "");
    limit(indent, "target_limit", limits.targets(), "");
    limit(indent, "label_limit", limits.labels(), "");
    limit(indent, "label_name_length_limit", limits.labelNameLength(), "");
    limit(indent, "label_value_length_limit", limits.labelValueLength(), "");
    limit(indent, "keep_dropped_targets", limits.keepDroppedTargets(), "");
  }

  private void limit(String indent, String name, long value, String unit) {
    if (value > 0) {
      field(indent, name, value + unit);
    }
  }

  private void protocols(String indent, List<ScrapeProtocol> protocols) {
    texts(indent, "scrape_protocols", protocols.stream().map(ScrapeProtocol::text).toList());
  }

  private void http(HttpClientConfig http) {
    HttpClientConfig.BasicAuth basic = http.basicAuth();
    if (basic != null) {
      text.append("  basic_auth:\n");
      field("    ", "username", quoted(basic.username()));
      secret("password", basic.password(), basic.passwordFile());
    }
    HttpClientConfig.Authorization other = http.authorization();
    if (other != null) {
      text.append("  authorization:\n");
      field("    ", "type", quoted(other.type()));
      secret("credentials", other.credentials(), other.credentialsFile());
    }
    if (http.caFile() != null || http.insecureSkipVerify()) {
      text.append("  tls_config:\n");
      if (http.caFile() != null) {
        field("    ", "ca_file", quoted(http.caFile().toString()));
      }
      field("    ", "insecure_skip_verify", http.insecureSkipVerify());
    }
    if (!http.headers().isEmpty()) {
      text.append("  http_headers:\n");
      new java.util.TreeMap<>(http.headers())
          .forEach(
              (name, value) ->
                  text.append("    ")
                      .append(quoted(name))
                      .append(":\n      secrets:\n      - ")
                      .append(value)
                      .append('\n'));
    }
    field("  ", "follow_redirects", http.followRedirects());
  }

  private void secret(
      String name, Secret secret, java.nio.file.@org.jspecify.annotations.Nullable Path file) {
    if (file != null) {
      field("    ", name + "_file", quoted(file.toString()));
    } else {
      field("    ", name, secret);
    }
  }

  private void fileSd(List<FileSdConfig> configs) {
    if (configs.isEmpty()) {
      return;
    }
    text.append("  file_sd_configs:\n");
    for (FileSdConfig config : configs) {
      text.append("  - refresh_interval: ")
          .append(Durations.format(config.refreshIntervalMs()))
          .append('\n');
      texts("    ", "files", config.files());
    }
  }

  private void staticConfigs(List<TargetGroup> groups) {
    if (groups.isEmpty()) {
      return;
    }
    text.append("  static_configs:\n");
    for (TargetGroup group : groups) {
      text.append("  - targets:").append(group.targets().isEmpty() ? " []\n" : "\n");
      group.targets().forEach(t -> text.append("    - ").append(quoted(t)).append('\n'));
      labels("    ", "labels", group.labels());
    }
  }

  private void relabel(String indent, String name, List<RelabelConfig> rules) {
    if (rules.isEmpty()) {
      return;
    }
    text.append(indent).append(name).append(":\n");
    String inner = indent + "  ";
    for (RelabelConfig rule : rules) {
      text.append(indent).append("- action: ").append(rule.action().text()).append('\n');
      texts(inner, "source_labels", rule.sourceLabels());
      // What is at its default is left out: some actions refuse a stated one.
      stated(inner, "separator", rule.separator(), RelabelConfig.DEFAULT_SEPARATOR);
      stated(inner, "regex", rule.regex(), RelabelConfig.DEFAULT_REGEX);
      limit(inner, "modulus", rule.modulus(), "");
      stated(inner, "target_label", rule.targetLabel(), "");
      stated(inner, "replacement", rule.replacement(), RelabelConfig.DEFAULT_REPLACEMENT);
    }
  }

  private void stated(String indent, String name, String value, String absent) {
    if (!value.equals(absent)) {
      field(indent, name, quoted(value));
    }
  }

  private void storage(StorageConfig storage) {
    if (storage.equals(StorageConfig.NONE)) {
      return;
    }
    text.append("storage:\n  tsdb:\n");
    if (storage.outOfOrderWindowMs() > 0) {
      field("    ", "out_of_order_time_window", Durations.format(storage.outOfOrderWindowMs()));
    }
    if (storage.retentionTimeMs() > 0 || storage.retentionSizeBytes() > 0) {
      text.append("    retention:\n");
      if (storage.retentionTimeMs() > 0) {
        field("      ", "time", Durations.format(storage.retentionTimeMs()));
      }
      limit("      ", "size", storage.retentionSizeBytes(), "B");
    }
  }

  private void texts(String indent, String name, List<String> values) {
    if (!values.isEmpty()) {
      text.append(indent).append(name).append(":\n");
      values.forEach(v -> text.append(indent).append("- ").append(quoted(v)).append('\n'));
    }
  }

  private void labels(String indent, String name, Labels labels) {
    if (!labels.isEmpty()) {
      text.append(indent).append(name).append(":\n");
      labels.forEach(l -> field(indent + "  ", quoted(l.name()), quoted(l.value())));
    }
  }

  private void field(String indent, String name, Object value) {
    text.append(indent).append(name).append(": ").append(value).append('\n');
  }

  /** Plain where YAML cannot take it for anything else, in double quotes otherwise. */
  private static String quoted(String value) {
    boolean plain =
        value.matches("[A-Za-z_/][A-Za-z0-9_./-]*")
            && !Map.of(
                    "true", 1, "false", 1, "null", 1, "yes", 1, "no", 1, "on", 1, "off", 1, "y", 1,
                    "n", 1)
                .containsKey(value.toLowerCase(java.util.Locale.ROOT));
    if (plain) {
      return value;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c < ' ' || c == 0x7f ? "\\u%04x".formatted((int) c) : c);
      }
    }
    return quoted.append('"').toString();
  }
}

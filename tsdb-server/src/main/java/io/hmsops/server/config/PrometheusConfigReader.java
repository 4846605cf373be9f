package io.hmsops.server.config;

import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code prometheus.yml}. */
public final class PrometheusConfigReader {
  private static final Set<String> SECTIONS =
      Set.of(
          "global",
          "runtime",
          "alerting",
          "rule_files",
          "scrape_config_files",
          "scrape_configs",
          "storage",
          "tracing",
          "otlp",
          "remote_write",
          "remote_read");
  private static final Set<String> GLOBAL_OWN =
      Set.of(
          "scrape_interval",
          "scrape_timeout",
          "evaluation_interval",
          "rule_query_offset",
          "query_log_file",
          "scrape_failure_log_file",
          "external_labels");

  private final String file;
  private final Path directory;
  private final Map<String, String> environment;
  private final List<String> warnings = new ArrayList<>();

  private PrometheusConfigReader(String file, Path directory, Map<String, String> environment) {
    this.file = file;
    this.directory = directory;
    this.environment = environment;
  }

  /**
   * {@return the configuration of a file}
   *
   * @param file the file; relative paths in it are taken from its directory
   * @param environment what {@code $NAME} in external labels stands for
   * @throws ConfigException if it cannot be read or used
   */
  public static PrometheusConfig read(Path file, Map<String, String> environment)
      throws ConfigException {
    Path parent = file.toAbsolutePath().getParent();
    return new PrometheusConfigReader(
            file.toString(), parent == null ? file.toAbsolutePath() : parent, environment)
        .read(text(file));
  }

  /**
   * {@return the configuration of a text}
   *
   * @param file the file's name for messages
   * @param directory what relative paths are taken from
   * @param text the file's content; empty for all defaults
   * @param environment what {@code $NAME} in external labels stands for
   * @throws ConfigException if it cannot be used
   */
  public static PrometheusConfig parse(
      String file, Path directory, String text, Map<String, String> environment)
      throws ConfigException {
    return new PrometheusConfigReader(file, directory, environment).read(text);
  }

  private static String text(Path file) throws ConfigException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new ConfigException(
          file.toString(), 0, 0, "cannot be read: " + unreadable.getMessage());
    }
  }

  private PrometheusConfig read(String text) throws ConfigException {
    YamlMapping root = YamlDocument.parse(file, text).asMapping();
    root.rejectUnknown("config.plain", SECTIONS);
    GlobalConfig global = global(root);
    List<String> ruleFiles = new ArrayList<>();
    for (YamlNode rule : root.list("rule_files")) {
      ruleFiles.add(FilePatterns.checked(rule, directory, "rule"));
    }
    YamlNode runtime = root.get("runtime");
    if (runtime != null) {
      runtime.asMapping().rejectUnknown("config.RuntimeConfig", Set.of("gogc"));
    }
    List<ScrapeConfig> jobs = jobs(root, global);
    List<RelabelConfig> alertRelabel = new AlertingCheck(directory, warnings).read(root, global);
    StorageConfig storage = StorageConfigReader.read(root, warnings);
    new UnsupportedSections(warnings).check(root, global.scrape().nameValidation());
    return new PrometheusConfig(global, ruleFiles, jobs, alertRelabel, storage, warnings);
  }

  private GlobalConfig global(YamlMapping root) throws ConfigException {
    YamlNode value = root.get("global");
    YamlMapping node = value == null ? YamlDocument.parse(file, "").asMapping() : value.asMapping();
    Set<String> known = new HashSet<>(GLOBAL_OWN);
    known.addAll(ScrapeDefaultsReader.FIELDS);
    node.rejectUnknown("config.plain", known);
    for (String name : List.of("rule_query_offset", "scrape_failure_log_file")) {
      if (node.get(name) != null) {
        warnings.add("%s: not supported: %s".formatted(node.key(name).place(), name));
      }
    }
    long intervalMs = orDefault(node.durationMs("scrape_interval", 0));
    long timeoutMs = node.durationMs("scrape_timeout", 0);
    if (timeoutMs > intervalMs) {
      throw node.key("scrape_timeout").error("global scrape timeout greater than scrape interval");
    }
    long evaluationMs = node.durationMs("evaluation_interval", 0);
    return new GlobalConfig(
        intervalMs,
        timeoutMs == 0 ? Math.min(GlobalConfig.DEFAULT_TIMEOUT_MS, intervalMs) : timeoutMs,
        orDefault(evaluationMs),
        evaluationMs == 0 ? GlobalConfig.DEFAULT_SUBQUERY_STEP_MS : evaluationMs,
        queryLogFile(node),
        externalLabels(node),
        new ScrapeDefaultsReader(warnings).read(node, ScrapeDefaults.DEFAULT, "global config"));
  }

  private static long orDefault(long intervalMs) {
    return intervalMs == 0 ? GlobalConfig.DEFAULT_INTERVAL_MS : intervalMs;
  }

  private Optional<Path> queryLogFile(YamlMapping global) throws ConfigException {
    String name = global.text("query_log_file", "");
    return name.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(name));
  }

  private Labels externalLabels(YamlMapping global) throws ConfigException {
    YamlNode value = global.get("external_labels");
    if (value == null) {
      return Labels.EMPTY;
    }
    Labels written = ScrapeConfigReader.labels(value.asMapping());
    Labels.Builder expanded = new Labels.Builder();
    written.forEach(
        label -> expanded.add(label.name(), EnvironmentText.expand(label.value(), environment)));
    return expanded.build();
  }

  private List<ScrapeConfig> jobs(YamlMapping root, GlobalConfig global) throws ConfigException {
    List<ScrapeConfig> jobs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    addJobs(root, directory, global, jobs, names);
    for (YamlNode pattern : root.list("scrape_config_files")) {
      String path = FilePatterns.checked(pattern, directory, "scrape config");
      try {
        for (Path found : FilePatterns.find(path)) {
          YamlMapping file = YamlDocument.parse(found.toString(), text(found)).asMapping();
          file.rejectUnknown("config.ScrapeConfigs", Set.of("scrape_configs"));
          addJobs(file, directory, global, jobs, names);
        }
      } catch (IOException unreadable) {
        throw pattern.error("cannot be read: " + unreadable.getMessage());
      }
    }
    return jobs;
  }

  private void addJobs(
      YamlMapping root, Path base, GlobalConfig global, List<ScrapeConfig> jobs, Set<String> names)
      throws ConfigException {
    for (YamlNode item : root.list("scrape_configs")) {
      if (item.isNull()) {
        throw item.error("empty or null scrape config section");
      }
      ScrapeConfig job = new ScrapeConfigReader(base, global, warnings).read(item.asMapping());
      if (!names.add(job.jobName())) {
        throw item.error(
            "found multiple scrape configs with job name \"%s\"".formatted(job.jobName()));
      }
      jobs.add(job);
    }
  }
}

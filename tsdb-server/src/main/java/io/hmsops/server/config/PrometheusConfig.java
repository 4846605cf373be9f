package io.hmsops.server.config;

import java.util.List;

/**
 * A {@code prometheus.yml}, checked, with everything it leaves out filled in.
 *
 * @param global defaults and intervals
 * @param ruleFiles absolute paths; the last part may hold {@code *}
 * @param scrapeConfigs the jobs, those of {@code scrape_config_files} at the end
 * @param alertRelabelConfigs rules for the labels of alerts that are sent out
 * @param storage what {@code storage.tsdb} states
 * @param warnings what stands in the file but is not honoured, with its place
 */
public record PrometheusConfig(
    GlobalConfig global,
    List<String> ruleFiles,
    List<ScrapeConfig> scrapeConfigs,
    List<RelabelConfig> alertRelabelConfigs,
    StorageConfig storage,
    List<String> warnings) {
  /** Copies the lists. */
  public PrometheusConfig {
    ruleFiles = List.copyOf(ruleFiles);
    scrapeConfigs = List.copyOf(scrapeConfigs);
    alertRelabelConfigs = List.copyOf(alertRelabelConfigs);
    warnings = List.copyOf(warnings);
  }

  /** {@return this configuration with other jobs} */
  public PrometheusConfig withScrapeConfigs(List<ScrapeConfig> jobs) {
    return new PrometheusConfig(global, ruleFiles, jobs, alertRelabelConfigs, storage, warnings);
  }
}

package io.hmsops.server.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One job: what is scraped, and how.
 *
 * @param jobName the job's name, unique
 * @param scrapeIntervalMs how often
 * @param scrapeTimeoutMs how long a scrape may take, at most the interval
 * @param scheme the URL scheme, plain or TLS
 * @param metricsPath the path
 * @param params URL parameters
 * @param honorLabels whether a page's own labels win over the target's
 * @param honorTimestamps whether a page's own timestamps count
 * @param trackTimestampsStaleness whether series with own timestamps get staleness markers
 * @param enableCompression whether gzip is asked for
 * @param fallbackProtocol how a page with an unknown content type is read, null for not at all
 * @param shared settings that may come from {@code global}
 * @param http how requests are made
 * @param staticConfigs targets written in the file
 * @param fileSdConfigs targets in other files
 * @param relabelConfigs rules for targets
 * @param metricRelabelConfigs rules for scraped series
 */
public record ScrapeConfig(
    String jobName,
    long scrapeIntervalMs,
    long scrapeTimeoutMs,
    String scheme,
    String metricsPath,
    Map<String, List<String>> params,
    boolean honorLabels,
    boolean honorTimestamps,
    boolean trackTimestampsStaleness,
    boolean enableCompression,
    @Nullable ScrapeProtocol fallbackProtocol,
    ScrapeDefaults shared,
    HttpClientConfig http,
    List<TargetGroup> staticConfigs,
    List<FileSdConfig> fileSdConfigs,
    List<RelabelConfig> relabelConfigs,
    List<RelabelConfig> metricRelabelConfigs) {
  /** Copies the collections. */
  public ScrapeConfig {
    params = Map.copyOf(params);
    staticConfigs = List.copyOf(staticConfigs);
    fileSdConfigs = List.copyOf(fileSdConfigs);
    relabelConfigs = List.copyOf(relabelConfigs);
    metricRelabelConfigs = List.copyOf(metricRelabelConfigs);
  }
}

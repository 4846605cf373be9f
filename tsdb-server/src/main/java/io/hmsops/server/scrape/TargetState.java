package io.hmsops.server.scrape;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import java.util.Map;

/**
 * What is known about a target at one moment.
 *
 * @param job the name of its job
 * @param labels the labels of its series
 * @param discoveredLabels the labels before relabeling
 * @param scrapeUrl the address of its page
 * @param intervalMs how often it is scraped
 * @param timeoutMs how long a scrape may take
 * @param health how the last scrape went
 * @param lastError why it failed, empty if it did not
 * @param lastScrapeMs when it began, 0 if there was none
 * @param lastDurationSeconds how long it took
 * @param metadata what the target says about its families, by name
 */
public record TargetState(
    String job,
    Labels labels,
    Labels discoveredLabels,
    String scrapeUrl,
    long intervalMs,
    long timeoutMs,
    Health health,
    String lastError,
    long lastScrapeMs,
    double lastDurationSeconds,
    Map<String, Metadata> metadata) {
  /** How a scrape went. */
  public enum Health {
    /** There was none yet. */
    UNKNOWN,
    /** The page was fetched and read. */
    UP,
    /** It was not. */
    DOWN;

    /** {@return the name in the API} */
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}

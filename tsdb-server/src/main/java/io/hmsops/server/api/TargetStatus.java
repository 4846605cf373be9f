package io.hmsops.server.api;

import io.hmsops.tsdb.labels.Labels;
import java.util.Locale;

/**
 * A target that is scraped.
 *
 * @param pool the name of its scrape configuration
 * @param discoveredLabels its labels before relabelling
 * @param labels its labels
 * @param scrapeUrl what is fetched
 * @param globalUrl the same as seen from elsewhere
 * @param health how its last scrape went
 * @param lastError why its last scrape failed, empty if it did not
 * @param lastScrapeMs when its last scrape began, in milliseconds since the Unix epoch, 0 for never
 * @param lastScrapeSeconds how long that took
 * @param intervalMs how often it is scraped
 * @param timeoutMs how long a scrape may take
 */
public record TargetStatus(
    String pool,
    Labels discoveredLabels,
    Labels labels,
    String scrapeUrl,
    String globalUrl,
    Health health,
    String lastError,
    long lastScrapeMs,
    double lastScrapeSeconds,
    long intervalMs,
    long timeoutMs) {
  /** How a target's last scrape went. */
  public enum Health {
    /** It has not been scraped. */
    UNKNOWN,
    /** It worked. */
    UP,
    /** It did not. */
    DOWN;

    /** {@return the health as the API spells it} */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A target that relabelling has dropped.
   *
   * @param pool the name of its scrape configuration
   * @param discoveredLabels its labels before relabelling
   */
  public record Dropped(String pool, Labels discoveredLabels) {}
}

package io.hmsops.server.config;

import io.hmsops.tsdb.labels.Labels;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The {@code global} section.
 *
 * @param scrapeIntervalMs how often targets are scraped, default 30 s
 * @param scrapeTimeoutMs how long a scrape may take, default 10 s or the interval if that is less
 * @param evaluationIntervalMs how often rules are evaluated, default 30 s
 * @param subqueryStepMs the step of subqueries that have none: the evaluation interval that the
 *     file gives, else that of Prometheus, 1 min, so that queries mean the same
 * @param queryLogFile where ended queries are logged, resolved against the file's directory
 * @param externalLabels labels for what leaves this server
 * @param scrape the settings that jobs inherit
 */
public record GlobalConfig(
    long scrapeIntervalMs,
    long scrapeTimeoutMs,
    long evaluationIntervalMs,
    long subqueryStepMs,
    Optional<Path> queryLogFile,
    Labels externalLabels,
    ScrapeDefaults scrape) {
  /** The scrape and evaluation interval if none is given: 30 s. */
  public static final long DEFAULT_INTERVAL_MS = 30_000;

  /** The step of subqueries if no evaluation interval is given: 1 min. */
  public static final long DEFAULT_SUBQUERY_STEP_MS = 60_000;

  /** The scrape timeout if none is given. */
  public static final long DEFAULT_TIMEOUT_MS = 10_000;
}

package io.hmsops.server.config;

import java.util.List;

/**
 * Settings that stand in {@code global} for all jobs and in a job for itself.
 *
 * @param protocols the formats asked for, best first
 * @param nameValidation which names are valid
 * @param escaping how a target is asked to escape other names
 * @param extraMetrics whether the limits are stored as series too
 * @param limits what a scrape may hold
 */
public record ScrapeDefaults(
    List<ScrapeProtocol> protocols,
    NameValidation nameValidation,
    String escaping,
    boolean extraMetrics,
    ScrapeLimits limits) {
  /** The formats asked for if none are named. */
  public static final List<ScrapeProtocol> DEFAULT_PROTOCOLS =
      List.of(
          ScrapeProtocol.OPEN_METRICS_1_0_0,
          ScrapeProtocol.OPEN_METRICS_0_0_1,
          ScrapeProtocol.PROMETHEUS_TEXT_1_0_0,
          ScrapeProtocol.PROMETHEUS_TEXT_0_0_4);

  /** What holds without any configuration. */
  public static final ScrapeDefaults DEFAULT =
      new ScrapeDefaults(
          DEFAULT_PROTOCOLS, NameValidation.UTF8, "allow-utf-8", false, ScrapeLimits.NONE);

  /** Copies the list. */
  public ScrapeDefaults {
    protocols = List.copyOf(protocols);
  }
}

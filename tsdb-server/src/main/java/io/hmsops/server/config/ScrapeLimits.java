package io.hmsops.server.config;

/**
 * What a scrape may hold; 0 means no limit of the user's.
 *
 * @param bodySizeBytes the largest page, unpacked
 * @param samples samples after relabeling
 * @param targets targets of a job; more, and all fail
 * @param labels labels of a series
 * @param labelNameLength bytes of a label's name
 * @param labelValueLength bytes of a label's value
 * @param keepDroppedTargets how many dropped targets are remembered
 */
public record ScrapeLimits(
    long bodySizeBytes,
    long samples,
    long targets,
    long labels,
    long labelNameLength,
    long labelValueLength,
    long keepDroppedTargets) {
  /** No limits. */
  public static final ScrapeLimits NONE = new ScrapeLimits(0, 0, 0, 0, 0, 0, 0);
}

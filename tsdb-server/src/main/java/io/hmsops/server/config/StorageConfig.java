package io.hmsops.server.config;

/**
 * The {@code storage.tsdb} section.
 *
 * @param retentionTimeMs how long samples are kept, 0 if not stated
 * @param retentionSizeBytes how much may be kept, 0 if not stated
 * @param outOfOrderWindowMs how late a sample may be, 0 if not stated
 */
public record StorageConfig(
    long retentionTimeMs, long retentionSizeBytes, long outOfOrderWindowMs) {
  /** Nothing stated. */
  public static final StorageConfig NONE = new StorageConfig(0, 0, 0);
}

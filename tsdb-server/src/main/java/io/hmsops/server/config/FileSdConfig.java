package io.hmsops.server.config;

import java.util.List;

/**
 * Target groups in files that may change at any time.
 *
 * @param files absolute paths; the last part may hold {@code *}
 * @param refreshIntervalMs how often they are read even if nothing seems to have changed
 */
public record FileSdConfig(List<String> files, long refreshIntervalMs) {
  /** The refresh interval if none is given. */
  public static final long DEFAULT_REFRESH_INTERVAL_MS = 300_000;

  /** Copies the list. */
  public FileSdConfig {
    files = List.copyOf(files);
  }
}

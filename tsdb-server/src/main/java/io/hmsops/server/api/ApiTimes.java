package io.hmsops.server.api;

import java.time.Instant;

/** Times as the API writes them in text. */
final class ApiTimes {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private ApiTimes() {}

  /** {@return RFC 3339 in UTC; 0 means never} */
  static String rfc3339(long timestampMs) {
    return timestampMs == 0 ? NEVER : Instant.ofEpochMilli(timestampMs).toString();
  }
}

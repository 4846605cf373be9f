package io.hmsops.tsdb.head;

import java.time.InstantSource;

/**
 * A clock that goes on when the one it reads is set back, so that senders whose clock is right are
 * not refused for being ahead. Guarded by the commit lock.
 */
final class SteadyClock {
  /** More is no mistake of the clock. */
  private static final long MAX_CORRECTION_MS = 2 * 3_600_000L;

  /** So much at once is a clock that was set. */
  private static final long STEP_MS = 10 * 60_000L;

  private final InstantSource source;
  private long lastMs = Long.MIN_VALUE;
  private long correctionMs;

  SteadyClock(InstantSource source) {
    this.source = source;
  }

  /**
   * Notices a clock that was set back while the database was closed.
   *
   * @param newestStoredMs what is stored was not in the future when it came
   */
  void start(long newestStoredMs) {
    lastMs = source.millis();
    if (newestStoredMs > lastMs && newestStoredMs - lastMs <= MAX_CORRECTION_MS) {
      correctionMs = newestStoredMs - lastMs;
    }
  }

  /** {@return the time, in ms since the Unix epoch} */
  long millis() {
    long nowMs = source.millis();
    if (nowMs < lastMs) {
      correctionMs = Math.min(MAX_CORRECTION_MS, correctionMs + (lastMs - nowMs));
    } else if (nowMs - lastMs >= STEP_MS) {
      correctionMs = Math.max(0, correctionMs - (nowMs - lastMs));
    }
    lastMs = nowMs;
    return nowMs + correctionMs;
  }
}

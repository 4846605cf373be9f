package io.hmsops.tsdb.head;

import java.time.InstantSource;

/**
 * A clock that goes on when the one it reads is set back, so that senders whose clock is right are
 * not refused for being ahead; and that knows how far it was set back, so that samples stamped by
 * it are not refused for being late. Guarded by the commit lock.
 */
final class SteadyClock {
  /** More is no mistake of the clock. */
  private static final long MAX_CORRECTION_MS = 2 * 3_600_000L;

  /** So much at once is a clock that was set. */
  private static final long STEP_MS = 10 * 60_000L;

  private final InstantSource source;
  private long lastMs = Long.MIN_VALUE;
  private long correctionMs;

  /** The latest that the clock has said. */
  private long latestMs = Long.MIN_VALUE;

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
    latestMs = lastMs + correctionMs;
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
    latestMs = Math.max(latestMs, nowMs);
    return nowMs + correctionMs;
  }

  /**
   * {@return how far the clock is behind the latest that it has said, in ms, at the last {@link
   * #millis}} 0 as soon as it has come there again; never more than {@link #MAX_CORRECTION_MS}.
   */
  long setBackMs() {
    return Math.min(MAX_CORRECTION_MS, latestMs - lastMs);
  }
}

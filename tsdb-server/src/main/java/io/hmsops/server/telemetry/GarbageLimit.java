package io.hmsops.server.telemetry;

/**
 * When the old generation holds so much garbage that collecting it is worth its pause. What the
 * store holds there is known, and what else was alive at the last collection; the rest is what
 * queries have left. Not thread-safe.
 */
final class GarbageLimit {
  /** This much is left lying. */
  private static final long LEAST_BYTES = 24L << 20;

  /** Of what lives, such a part is left lying, if that is more. */
  private static final int SHARE = 8;

  /** A collection is not followed by another one before so many times its duration. */
  private static final int PAUSE = 20;

  /** What is alive beside the store's data, as of the last collection. */
  private long otherLiveBytes;

  private long notBeforeNanos;
  private boolean paused;

  /**
   * Creates a limit.
   *
   * @param otherLiveBytes what is alive beside the store's data at the start, roughly
   */
  GarbageLimit(long otherLiveBytes) {
    this.otherLiveBytes = otherLiveBytes;
  }

  /**
   * {@return whether to collect now}
   *
   * @param usedBytes what the old generation holds
   * @param storeBytes how much of it is the store's data
   * @param nowNanos the time, by any clock
   */
  boolean isReached(long usedBytes, long storeBytes, long nowNanos) {
    if (paused && nowNanos - notBeforeNanos < 0) {
      return false;
    }
    long liveBytes = storeBytes + otherLiveBytes;
    return usedBytes - liveBytes > Math.max(LEAST_BYTES, liveBytes / SHARE);
  }

  /**
   * Takes note of a collection.
   *
   * @param usedBytes what the old generation holds now
   * @param storeBytes how much of it is the store's data
   * @param nowNanos when it ended
   * @param durationNanos how long it took
   */
  void collected(long usedBytes, long storeBytes, long nowNanos, long durationNanos) {
    otherLiveBytes = Math.max(0, usedBytes - storeBytes);
    notBeforeNanos = nowNanos + PAUSE * durationNanos;
    paused = true;
  }
}

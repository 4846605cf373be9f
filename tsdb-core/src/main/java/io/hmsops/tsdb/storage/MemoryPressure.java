package io.hmsops.tsdb.storage;

/**
 * How full memory is: a reading, not a promise.
 *
 * @param usedBytes what series, chunks and index in memory take, or will soon
 * @param limitBytes what they may take; above it new series are refused
 */
public record MemoryPressure(long usedBytes, long limitBytes) {
  /** From this share of the limit on, what can be moved to disk is. */
  private static final double HIGH = 0.8;

  /** {@return the share of the limit that is in use; more than 1 if it is exceeded} */
  public double share() {
    return (double) usedBytes / limitBytes;
  }

  /** {@return whether it is time to spare memory} */
  public boolean isHigh() {
    return share() >= HIGH;
  }

  /** {@return whether new series are refused} */
  public boolean isExceeded() {
    return usedBytes >= limitBytes;
  }
}

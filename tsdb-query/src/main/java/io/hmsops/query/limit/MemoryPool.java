package io.hmsops.query.limit;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all queries of an engine share. Thread-safe. */
public final class MemoryPool {
  private final long maxBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /**
   * Creates a pool.
   *
   * @param maxBytes how much all queries together may hold
   */
  public MemoryPool(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Takes memory if it is there.
   *
   * @param bytes how much
   * @return whether it was there
   */
  boolean take(long bytes) {
    if (usedBytes.addAndGet(bytes) > maxBytes) {
      usedBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void give(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  /** {@return how much is taken} */
  public long usedBytes() {
    return usedBytes.get();
  }

  /** {@return how much there is} */
  public long maxBytes() {
    return maxBytes;
  }
}

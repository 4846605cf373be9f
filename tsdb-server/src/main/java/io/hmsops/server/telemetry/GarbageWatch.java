package io.hmsops.server.telemetry;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/*
 * The serial collector collects its old generation when that has grown to the heap's maximum, not before: what large
 * queries leave there, since it outlived a young collection or two, stays until then, and a server whose data take
 * 100 MB comes to take gigabytes. Here a full collection is asked for when there is garbage enough.
 */
/**
 * Keeps the old generation of the serial collector near what is alive. Does nothing with another
 * collector.
 */
public final class GarbageWatch implements AutoCloseable {
  private static final String POOL = "Tenured Gen";
  private static final long INTERVAL_MS = 250;

  /** What a start leaves is collected when it no longer delays the first answers. */
  private static final long FIRST_LOOK_MS = 2_000;

  /** Classes' constants, caches and pools of a server that has just started. */
  private static final long AT_START_BYTES = 16L << 20;

  private final MemoryPoolMXBean pool;
  private final LongSupplier storeBytes;
  private final GarbageLimit limit = new GarbageLimit(AT_START_BYTES);
  private final CountDownLatch closed = new CountDownLatch(1);

  private GarbageWatch(MemoryPoolMXBean pool, LongSupplier storeBytes) {
    this.pool = pool;
    this.storeBytes = storeBytes;
  }

  /**
   * Starts to watch, on a thread of its own.
   *
   * @param storeBytes how much memory the store's data take; asked some times a second
   * @return what ends the watch
   */
  public static AutoCloseable start(LongSupplier storeBytes) {
    Optional<MemoryPoolMXBean> pool =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(p -> p.getName().equals(POOL))
            .findFirst();
    if (pool.isEmpty()) {
      return () -> {};
    }
    GarbageWatch watch = new GarbageWatch(pool.get(), storeBytes);
    Thread.ofPlatform().name("garbage-watch").daemon().start(watch::run);
    return watch;
  }

  private void run() {
    try {
      if (closed.await(FIRST_LOOK_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
      while (!closed.await(INTERVAL_MS, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    long usedBytes = pool.getUsage().getUsed();
    long dataBytes = storeBytes.getAsLong();
    if (limit.isReached(usedBytes, dataBytes, System.nanoTime())) {
      long begin = System.nanoTime();
      System.gc();
      long end = System.nanoTime();
      limit.collected(pool.getUsage().getUsed(), dataBytes, end, end - begin);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}

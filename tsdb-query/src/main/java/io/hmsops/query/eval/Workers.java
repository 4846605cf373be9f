package io.hmsops.query.eval;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that evaluate large queries, shared by all queries of an engine. They are started
 * when there is work for them and end when there has been none for a while. Thread-safe; closed by
 * its owner.
 */
public final class Workers implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final int count;
  private final int morselSeries;
  private final ThreadPoolExecutor threads;
  private final boolean alone;

  /**
   * Creates workers; no thread is started yet.
   *
   * @param count how many threads there are at most
   * @param morselSeries how many series a thread takes at a time
   */
  public Workers(int count, int morselSeries) {
    requirePositive("workers", count);
    requirePositive("morselSeries", morselSeries);
    this.count = count;
    this.morselSeries = morselSeries;
    this.alone = false;
    AtomicInteger started = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work ->
                Thread.ofPlatform()
                    .name("query-worker-" + started.incrementAndGet())
                    .daemon()
                    .unstarted(work));
    threads.allowCoreThreadTimeOut(true);
  }

  private Workers(Workers others) {
    this.count = others.count;
    this.morselSeries = others.morselSeries;
    this.threads = others.threads;
    this.alone = true;
  }

  /**
   * {@return workers of the same pieces that leave all of them to the calling thread} For small
   * queries, which must not queue behind the pieces of large ones.
   */
  public Workers alone() {
    return new Workers(this);
  }

  /** {@return whether the calling thread does everything itself} */
  boolean isAlone() {
    return alone;
  }

  private static void requirePositive(String name, int found) {
    if (found < 1) {
      throw new IllegalArgumentException("%s: %d (expected: at least 1)".formatted(name, found));
    }
  }

  /** {@return how many series a thread takes at a time} */
  public int morselSeries() {
    return morselSeries;
  }

  /** {@return how many threads there are at most} */
  public int count() {
    return count;
  }

  /**
   * Queues a short piece of work; queries take turns piece by piece.
   *
   * @throws java.util.concurrent.RejectedExecutionException if this is closed
   */
  void execute(Runnable work) {
    threads.execute(work);
  }

  /** Ends the threads as soon as the pieces that are queued are done. */
  @Override
  public void close() {
    threads.shutdown();
  }
}

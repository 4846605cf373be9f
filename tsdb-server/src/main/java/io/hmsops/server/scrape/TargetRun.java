package io.hmsops.server.scrape;

import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Scrapes one target again and again on a virtual thread of its own, until it is stopped. The
 * thread is never interrupted: an interrupt during a write would close the file under all others.
 */
final class TargetRun {
  /** How much later than due a scrape may start and still be stamped with the time it was due. */
  static final long TIMESTAMP_TOLERANCE_MS = 2;

  /** Within this time of its start a target is scraped for the first time. */
  static final long FIRST_SCRAPE_SPREAD_MS = 1_000;

  private final TargetScraper scraper;
  private final InstantSource clock;
  private final @Nullable TargetRun predecessor;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  private volatile boolean endSeries;

  TargetRun(TargetScraper scraper, InstantSource clock, @Nullable TargetRun predecessor) {
    this.scraper = scraper;
    this.clock = clock;
    this.predecessor = predecessor;
    this.thread = Thread.ofVirtual().name("scrape " + scraper.target().url()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  TargetScraper scraper() {
    return scraper;
  }

  /**
   * Asks the run to stop and returns at once.
   *
   * @param endSeriesToo whether the target is gone for good, so that its series end
   */
  void stop(boolean endSeriesToo) {
    endSeries = endSeriesToo;
    scraper.abandon();
    stopped.countDown();
  }

  /** Waits until the run has stopped, at most for a time. */
  boolean join(long timeoutMs) throws InterruptedException {
    return thread.join(java.time.Duration.ofMillis(timeoutMs));
  }

  private void run() {
    try {
      if (predecessor != null) {
        predecessor.thread.join();
        scraper.inherit(predecessor.scraper);
      }
      repeat();
      if (endSeries) {
        scraper.end(clock.millis());
      }
    } catch (InterruptedException impossible) {
      throw new AssertionError("a scrape's thread is never interrupted", impossible);
    } finally {
      scraper.close();
    }
  }

  private void repeat() throws InterruptedException {
    Target target = scraper.target();
    long dueMs =
        clock.millis() + target.offsetMs() % Math.min(FIRST_SCRAPE_SPREAD_MS, target.intervalMs());
    while (!stopped.await(dueMs - clock.millis(), TimeUnit.MILLISECONDS)) {
      long nowMs = clock.millis();
      if (nowMs < dueMs) {
        continue;
      }
      boolean punctual = nowMs - dueMs <= TIMESTAMP_TOLERANCE_MS;
      scraper.scrape(punctual ? dueMs : nowMs);
      dueMs = nextDueMs(target, Math.max(nowMs, clock.millis() - target.intervalMs()));
    }
  }

  /** {@return the first time behind another at which a target is due} Restarts do not move it. */
  static long nextDueMs(Target target, long afterMs) {
    long intervalMs = target.intervalMs();
    long intoIntervalMs = Math.floorMod(afterMs - target.offsetMs(), intervalMs);
    return afterMs + intervalMs - intoIntervalMs;
  }
}

package io.hmsops.tsdb.db;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How a database behaves. Every limit is here.
 *
 * @param retention blocks whose newest sample is older than the newest stored sample by more than
 *     this are deleted, and samples as old are refused; default 30 days
 * @param blockRange the time range of a block, and what no chunk crosses; default 2 h. Must stay
 *     the same for a directory, or grow by a whole factor
 * @param durability default {@link Durability#INTERVAL}
 * @param forceInterval how often the log is forced in that mode; default 100 ms
 * @param maintenanceInterval how often blocks are cut, checkpoints written and old blocks deleted;
 *     default 15 s; zero leaves all of it to {@link Tsdb#maintain}
 * @param walSegmentBytes when a log segment ends; default 64 MiB
 * @param checkpointBytes after how many log bytes a checkpoint is written; default 64 MiB
 * @param maxSeries how many series may be known at a time; default 10,000,000
 * @param maxExemplarsPerSeries how many exemplars a series keeps in memory; default 10
 * @param maxAhead how far ahead of the clock a sample may be; default 1 h
 * @param clock what the time is; used for nothing but {@code maxAhead}
 */
public record Options(
    Duration retention,
    Duration blockRange,
    Durability durability,
    Duration forceInterval,
    Duration maintenanceInterval,
    long walSegmentBytes,
    long checkpointBytes,
    int maxSeries,
    int maxExemplarsPerSeries,
    Duration maxAhead,
    InstantSource clock) {
  /** Checks the numbers. */
  public Options {
    require(!retention.isNegative() && !retention.isZero(), "retention", retention, "positive");
    require(blockRange.toMillis() >= 1, "blockRange", blockRange, "at least 1 ms");
    require(forceInterval.toMillis() >= 1, "forceInterval", forceInterval, "at least 1 ms");
    require(!maintenanceInterval.isNegative(), "maintenanceInterval", maintenanceInterval, "≥ 0");
    require(walSegmentBytes >= 1024, "walSegmentBytes", walSegmentBytes, "at least 1024");
    require(checkpointBytes >= 1024, "checkpointBytes", checkpointBytes, "at least 1024");
    require(maxSeries >= 1, "maxSeries", maxSeries, "at least 1");
    require(maxExemplarsPerSeries >= 0, "maxExemplarsPerSeries", maxExemplarsPerSeries, "≥ 0");
    require(!maxAhead.isNegative(), "maxAhead", maxAhead, "not negative");
  }

  private static void require(boolean right, String name, Object found, String expected) {
    if (!right) {
      throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(name, found, expected));
    }
  }

  /** {@return the defaults} */
  public static Options defaults() {
    return new Options(
        Duration.ofDays(30),
        Duration.ofHours(2),
        Durability.INTERVAL,
        Duration.ofMillis(100),
        Duration.ofSeconds(15),
        64L << 20,
        64L << 20,
        10_000_000,
        10,
        Duration.ofHours(1),
        InstantSource.system());
  }

  /**
   * {@return these options with another retention}
   *
   * @param newRetention how long samples are kept
   */
  public Options withRetention(Duration newRetention) {
    return new Options(
        newRetention,
        blockRange,
        durability,
        forceInterval,
        maintenanceInterval,
        walSegmentBytes,
        checkpointBytes,
        maxSeries,
        maxExemplarsPerSeries,
        maxAhead,
        clock);
  }

  /**
   * {@return these options with another block range}
   *
   * @param newBlockRange the time range of a block
   */
  public Options withBlockRange(Duration newBlockRange) {
    return new Options(
        retention,
        newBlockRange,
        durability,
        forceInterval,
        maintenanceInterval,
        walSegmentBytes,
        checkpointBytes,
        maxSeries,
        maxExemplarsPerSeries,
        maxAhead,
        clock);
  }

  /**
   * {@return these options with another durability}
   *
   * @param newDurability when a batch survives a power loss
   */
  public Options withDurability(Durability newDurability) {
    return new Options(
        retention,
        blockRange,
        newDurability,
        forceInterval,
        maintenanceInterval,
        walSegmentBytes,
        checkpointBytes,
        maxSeries,
        maxExemplarsPerSeries,
        maxAhead,
        clock);
  }

  /**
   * {@return these options with another maintenance}
   *
   * @param newInterval how often; zero leaves it to the caller
   * @param newCheckpointBytes after how many log bytes a checkpoint is written
   * @param newWalSegmentBytes when a log segment ends
   */
  public Options withMaintenance(
      Duration newInterval, long newCheckpointBytes, long newWalSegmentBytes) {
    return new Options(
        retention,
        blockRange,
        durability,
        forceInterval,
        newInterval,
        newWalSegmentBytes,
        newCheckpointBytes,
        maxSeries,
        maxExemplarsPerSeries,
        maxAhead,
        clock);
  }

  /**
   * {@return these options with another clock}
   *
   * @param newClock what the time is
   */
  public Options withClock(InstantSource newClock) {
    return new Options(
        retention,
        blockRange,
        durability,
        forceInterval,
        maintenanceInterval,
        walSegmentBytes,
        checkpointBytes,
        maxSeries,
        maxExemplarsPerSeries,
        maxAhead,
        newClock);
  }
}

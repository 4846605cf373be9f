package io.hmsops.tsdb.db;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * How a database behaves. Every limit is here. A duration of {@code
 * Duration.ofMillis(Long.MAX_VALUE)}, or a longer one, is no limit: {@code retention} keeps
 * everything then, {@code maxAhead} takes any time to come and {@code outOfOrderWindow} any age, as
 * a backfill needs it.
 *
 * @param retention blocks whose newest sample is older than the newest stored sample by more than
 *     this are deleted, and samples as old are refused; default 30 days
 * @param retentionRules series that are kept for another time than {@code retention}: the first
 *     rule that a series matches holds; default none. What is appended is held against {@code
 *     retention} alone
 * @param retentionBytes the oldest blocks are deleted while blocks, log, checkpoint, exemplars and
 *     metadata together are larger; default unlimited
 * @param blockRange the time range of a block, and what no chunk crosses; default 2 h. Must stay
 *     the same for a directory, or grow by a whole factor
 * @param durability default {@link Durability#INTERVAL}
 * @param forceInterval how often the log is forced in that mode; default 100 ms
 * @param maintenanceInterval how often blocks are cut, checkpoints written and old blocks deleted;
 *     default 15 s; zero leaves all of it to {@link Tsdb#maintain}
 * @param walSegmentBytes when a log segment ends; default 64 MiB
 * @param checkpointBytes after how many log bytes a checkpoint is written, where a new series
 *     counts as 256 more; default 64 MiB
 * @param maxSeries how many series may be known at a time; default 10,000,000
 * @param maxSeriesPerMetric how many series of one metric may be known at a time; default 5,000,000
 * @param maxNewSeriesPerBatch how many series one batch (a scrape, a request of a sender) may
 *     create; default 5,000,000
 * @param memoryLimitBytes how much memory series, chunks and index in memory may take; above it new
 *     series are refused, and near it chunks are moved to disk before their range is over. Default
 *     35 % of what the largest heap has over 16 MiB: writing a block of all series takes as much
 *     again, and the rest is for queries and for what is being written
 * @param maxExemplarsPerSeries how many exemplars a series keeps in memory; default 10
 * @param maxExemplars how many exemplars are kept in all, also of series that ended; those that
 *     came first go first; default 100,000
 * @param maxMetadata of how many metric families type, unit and help are kept, up to eight
 *     different ones each; default 100,000
 * @param maxLabelBytes how long the names and values of a new series' labels may be, each, in bytes
 *     of UTF-8; default 1 MiB
 * @param maxAhead how far ahead of the clock a sample may be; default 10 min. A clock that is set
 *     back, by two hours at most, counts as if it had gone on, and widens outOfOrderWindow
 * @param outOfOrderWindow a sample behind a newer one of its series is taken if it is not older
 *     than the newest stored sample of all series by more than this; default 30 min
 * @param seriesIdle how much newer than a series' last sample the newest of all is when the series
 *     counts as ended; half of it after a staleness marker. It leaves memory when what it has is in
 *     blocks. Default 10 min
 * @param clock what the time is; used for nothing but {@code maxAhead} and steps of itself
 */
public record Options(
    Duration retention,
    List<RetentionRule> retentionRules,
    long retentionBytes,
    Duration blockRange,
    Durability durability,
    Duration forceInterval,
    Duration maintenanceInterval,
    long walSegmentBytes,
    long checkpointBytes,
    int maxSeries,
    int maxSeriesPerMetric,
    int maxNewSeriesPerBatch,
    long memoryLimitBytes,
    int maxExemplarsPerSeries,
    int maxExemplars,
    int maxMetadata,
    int maxLabelBytes,
    Duration maxAhead,
    Duration outOfOrderWindow,
    Duration seriesIdle,
    InstantSource clock) {
  /** What a program that only opens a database needs of the heap, about. */
  private static final long HEAP_BASE_BYTES = 16L << 20;

  /** The share of the rest that series may take. */
  private static final double SERIES_SHARE = 0.35;

  private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

  private static final long MIN_MEMORY_LIMIT_BYTES = 1L << 20;

  /** Checks the numbers. */
  public Options {
    retention = clamped(retention);
    blockRange = clamped(blockRange);
    forceInterval = clamped(forceInterval);
    maintenanceInterval = clamped(maintenanceInterval);
    maxAhead = clamped(maxAhead);
    outOfOrderWindow = clamped(outOfOrderWindow);
    seriesIdle = clamped(seriesIdle);
    require(!retention.isNegative() && !retention.isZero(), "retention", retention, "positive");
    require(blockRange.toMillis() >= 1, "blockRange", blockRange, "at least 1 ms");
    require(forceInterval.toMillis() >= 1, "forceInterval", forceInterval, "at least 1 ms");
    require(!maintenanceInterval.isNegative(), "maintenanceInterval", maintenanceInterval, "≥ 0");
    require(walSegmentBytes >= 1024, "walSegmentBytes", walSegmentBytes, "at least 1024");
    require(checkpointBytes >= 1024, "checkpointBytes", checkpointBytes, "at least 1024");
    require(maxSeries >= 1, "maxSeries", maxSeries, "at least 1");
    require(maxExemplarsPerSeries >= 0, "maxExemplarsPerSeries", maxExemplarsPerSeries, "≥ 0");
    require(!maxAhead.isNegative(), "maxAhead", maxAhead, "not negative");
    require(!outOfOrderWindow.isNegative(), "outOfOrderWindow", outOfOrderWindow, "not negative");
    require(maxExemplars >= 0, "maxExemplars", maxExemplars, "≥ 0");
    require(maxLabelBytes >= 1, "maxLabelBytes", maxLabelBytes, "at least 1");
    require(maxMetadata >= 0, "maxMetadata", maxMetadata, "≥ 0");
    require(seriesIdle.toMillis() >= 1, "seriesIdle", seriesIdle, "at least 1 ms");
    require(maxSeriesPerMetric >= 1, "maxSeriesPerMetric", maxSeriesPerMetric, "at least 1");
    require(maxNewSeriesPerBatch >= 1, "maxNewSeriesPerBatch", maxNewSeriesPerBatch, "at least 1");
    require(memoryLimitBytes >= 1, "memoryLimitBytes", memoryLimitBytes, "at least 1");
    retentionRules = List.copyOf(retentionRules);
    require(retentionBytes > 0, "retentionBytes", retentionBytes, "positive");
  }

  /** {@return what is left for series when everything else has what it needs at its worst} */
  private static long defaultMemoryLimit() {
    long heapBytes = Runtime.getRuntime().maxMemory() - HEAP_BASE_BYTES;
    return Math.max(MIN_MEMORY_LIMIT_BYTES, (long) (heapBytes * SERIES_SHARE));
  }

  /** {@return a duration, the longest in ms if it is longer} */
  private static Duration clamped(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }

  private static void require(boolean right, String name, Object found, String expected) {
    if (!right) {
      throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(name, found, expected));
    }
  }

  /** {@return the defaults} */
  public static Options defaults() {
    return new Builder().build();
  }

  /** {@return a builder with these options} */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.retention = retention;
    builder.retentionRules = retentionRules;
    builder.retentionBytes = retentionBytes;
    builder.blockRange = blockRange;
    builder.durability = durability;
    builder.forceInterval = forceInterval;
    builder.maintenanceInterval = maintenanceInterval;
    builder.walSegmentBytes = walSegmentBytes;
    builder.checkpointBytes = checkpointBytes;
    builder.maxSeries = maxSeries;
    builder.maxSeriesPerMetric = maxSeriesPerMetric;
    builder.maxNewSeriesPerBatch = maxNewSeriesPerBatch;
    builder.memoryLimitBytes = memoryLimitBytes;
    builder.maxExemplarsPerSeries = maxExemplarsPerSeries;
    builder.maxExemplars = maxExemplars;
    builder.maxMetadata = maxMetadata;
    builder.maxLabelBytes = maxLabelBytes;
    builder.maxAhead = maxAhead;
    builder.outOfOrderWindow = outOfOrderWindow;
    builder.seriesIdle = seriesIdle;
    builder.clock = clock;
    return builder;
  }

  /**
   * {@return these options with another retention}
   *
   * @param newRetention how long samples are kept
   */
  public Options withRetention(Duration newRetention) {
    return toBuilder().retention(newRetention).build();
  }

  /**
   * {@return these options with another block range}
   *
   * @param newBlockRange the time range of a block
   */
  public Options withBlockRange(Duration newBlockRange) {
    return toBuilder().blockRange(newBlockRange).build();
  }

  /**
   * {@return these options with another durability}
   *
   * @param newDurability when a batch survives a power loss
   */
  public Options withDurability(Durability newDurability) {
    return toBuilder().durability(newDurability).build();
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
    return toBuilder()
        .maintenanceInterval(newInterval)
        .checkpointBytes(newCheckpointBytes)
        .walSegmentBytes(newWalSegmentBytes)
        .build();
  }

  /**
   * {@return these options with another clock}
   *
   * @param newClock what the time is
   */
  public Options withClock(InstantSource newClock) {
    return toBuilder().clock(newClock).build();
  }

  /** Options in the making; begins with the defaults. Not thread-safe. */
  public static final class Builder {
    private Duration retention = Duration.ofDays(30);
    private List<RetentionRule> retentionRules = List.of();
    private long retentionBytes = Long.MAX_VALUE;
    private Duration blockRange = Duration.ofHours(2);
    private Durability durability = Durability.INTERVAL;
    private Duration forceInterval = Duration.ofMillis(100);
    private Duration maintenanceInterval = Duration.ofSeconds(15);
    private long walSegmentBytes = 64L << 20;
    private long checkpointBytes = 64L << 20;
    private int maxSeries = 10_000_000;
    private int maxSeriesPerMetric = 5_000_000;
    private int maxNewSeriesPerBatch = 5_000_000;
    private long memoryLimitBytes = defaultMemoryLimit();
    private int maxExemplarsPerSeries = 10;
    private int maxExemplars = 100_000;
    private int maxMetadata = 100_000;
    private int maxLabelBytes = 1 << 20;
    private Duration maxAhead = Duration.ofMinutes(10);
    private Duration outOfOrderWindow = Duration.ofMinutes(30);
    private Duration seriesIdle = Duration.ofMinutes(10);
    private InstantSource clock = InstantSource.system();

    /** Creates a builder with the defaults. */
    public Builder() {}

    /**
     * Sets {@link Options#retention}.
     *
     * @param value the new value
     * @return this
     */
    public Builder retention(Duration value) {
      this.retention = value;
      return this;
    }

    /**
     * Sets {@link Options#retentionRules}.
     *
     * @param value the new value
     * @return this
     */
    public Builder retentionRules(List<RetentionRule> value) {
      this.retentionRules = List.copyOf(value);
      return this;
    }

    /**
     * Sets {@link Options#retentionBytes}.
     *
     * @param value the new value
     * @return this
     */
    public Builder retentionBytes(long value) {
      this.retentionBytes = value;
      return this;
    }

    /**
     * Sets {@link Options#blockRange}.
     *
     * @param value the new value
     * @return this
     */
    public Builder blockRange(Duration value) {
      this.blockRange = value;
      return this;
    }

    /**
     * Sets {@link Options#durability}.
     *
     * @param value the new value
     * @return this
     */
    public Builder durability(Durability value) {
      this.durability = value;
      return this;
    }

    /**
     * Sets {@link Options#forceInterval}.
     *
     * @param value the new value
     * @return this
     */
    public Builder forceInterval(Duration value) {
      this.forceInterval = value;
      return this;
    }

    /**
     * Sets {@link Options#maintenanceInterval}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maintenanceInterval(Duration value) {
      this.maintenanceInterval = value;
      return this;
    }

    /**
     * Sets {@link Options#walSegmentBytes}.
     *
     * @param value the new value
     * @return this
     */
    public Builder walSegmentBytes(long value) {
      this.walSegmentBytes = value;
      return this;
    }

    /**
     * Sets {@link Options#checkpointBytes}.
     *
     * @param value the new value
     * @return this
     */
    public Builder checkpointBytes(long value) {
      this.checkpointBytes = value;
      return this;
    }

    /**
     * Sets {@link Options#maxSeries}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxSeries(int value) {
      this.maxSeries = value;
      return this;
    }

    /**
     * Sets {@link Options#maxSeriesPerMetric}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxSeriesPerMetric(int value) {
      this.maxSeriesPerMetric = value;
      return this;
    }

    /**
     * Sets {@link Options#maxNewSeriesPerBatch}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxNewSeriesPerBatch(int value) {
      this.maxNewSeriesPerBatch = value;
      return this;
    }

    /**
     * Sets {@link Options#memoryLimitBytes}.
     *
     * @param value the new value
     * @return this
     */
    public Builder memoryLimitBytes(long value) {
      this.memoryLimitBytes = value;
      return this;
    }

    /**
     * Sets {@link Options#maxExemplarsPerSeries}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxExemplarsPerSeries(int value) {
      this.maxExemplarsPerSeries = value;
      return this;
    }

    /**
     * Sets {@link Options#maxExemplars}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxExemplars(int value) {
      this.maxExemplars = value;
      return this;
    }

    /**
     * Sets {@link Options#maxMetadata}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxMetadata(int value) {
      this.maxMetadata = value;
      return this;
    }

    /**
     * Sets {@link Options#maxLabelBytes}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxLabelBytes(int value) {
      this.maxLabelBytes = value;
      return this;
    }

    /**
     * Sets {@link Options#maxAhead}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxAhead(Duration value) {
      this.maxAhead = value;
      return this;
    }

    /**
     * Sets {@link Options#outOfOrderWindow}.
     *
     * @param value the new value
     * @return this
     */
    public Builder outOfOrderWindow(Duration value) {
      this.outOfOrderWindow = value;
      return this;
    }

    /**
     * Sets {@link Options#seriesIdle}.
     *
     * @param value the new value
     * @return this
     */
    public Builder seriesIdle(Duration value) {
      this.seriesIdle = value;
      return this;
    }

    /**
     * Sets {@link Options#clock}.
     *
     * @param value the new value
     * @return this
     */
    public Builder clock(InstantSource value) {
      this.clock = value;
      return this;
    }

    /** {@return the options} */
    public Options build() {
      return new Options(
          retention,
          retentionRules,
          retentionBytes,
          blockRange,
          durability,
          forceInterval,
          maintenanceInterval,
          walSegmentBytes,
          checkpointBytes,
          maxSeries,
          maxSeriesPerMetric,
          maxNewSeriesPerBatch,
          memoryLimitBytes,
          maxExemplarsPerSeries,
          maxExemplars,
          maxMetadata,
          maxLabelBytes,
          maxAhead,
          outOfOrderWindow,
          seriesIdle,
          clock);
    }
  }
}

package io.hmsops.query.engine;

/**
 * What queries may use. Every limit has the name of the server's option {@code --query.…}; a query
 * that exceeds one fails with a message that has the limit's name and value, and how far the query
 * had come.
 *
 * @param maxSamples {@code max-samples}: how many samples one query may hold in memory
 * @param maxMemoryBytes {@code max-memory}: how much memory one query may hold, as estimated from
 *     the samples and series it holds
 * @param maxTotalMemoryBytes {@code max-total-memory}: how much all queries together may hold
 * @param maxResultSeries {@code max-result-series}: how many series an answer may have
 * @param maxResultBytes {@code max-result-bytes}: how large an answer may be, its labels and
 *     samples in memory
 * @param maxConcurrency {@code max-concurrency}: how many large queries are evaluated at a time; as
 *     many small ones are evaluated beside them
 * @param maxQueued {@code max-queued}: how many queries wait to be evaluated
 * @param queueTimeoutMs {@code queue-timeout}: how long a query waits to be evaluated
 * @param smallSamples {@code small-samples}: a query that reads or holds more samples, or finds
 *     more series, is a large one
 * @param planCacheEntries {@code plan-cache-entries}: how many plans are kept
 * @param planCacheBytes {@code plan-cache-bytes}: how much memory the kept plans may use, as
 *     estimated
 */
public record EngineLimits(
    long maxSamples,
    long maxMemoryBytes,
    long maxTotalMemoryBytes,
    int maxResultSeries,
    long maxResultBytes,
    int maxConcurrency,
    int maxQueued,
    long queueTimeoutMs,
    long smallSamples,
    int planCacheEntries,
    long planCacheBytes) {

  /** Checks that every limit leaves room for something. */
  public EngineLimits {
    check("max-samples", maxSamples, 1);
    check("max-memory", maxMemoryBytes, 1);
    check("max-total-memory", maxTotalMemoryBytes, 1);
    check("max-result-series", maxResultSeries, 1);
    check("max-result-bytes", maxResultBytes, 1);
    check("max-concurrency", maxConcurrency, 1);
    check("max-queued", maxQueued, 0);
    check("queue-timeout", queueTimeoutMs, 0);
    check("small-samples", smallSamples, 0);
    check("plan-cache-entries", planCacheEntries, 0);
    check("plan-cache-bytes", planCacheBytes, 0);
  }

  private static void check(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "query.%s: %d (expected: at least %d)".formatted(name, value, least));
    }
  }

  /**
   * {@return the defaults, as in {@code docs/query/limits.md}; those of memory are shares of the
   * heap}
   */
  public static EngineLimits defaults() {
    long heapBytes = Runtime.getRuntime().maxMemory();
    return new EngineLimits(
        50_000_000,
        heapBytes / 4,
        heapBytes / 2,
        1_000_000,
        heapBytes / 8,
        20,
        1_000,
        60_000,
        20_000,
        1_000,
        16 << 20);
  }

  /** {@return these, to be changed} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes limits. Not thread-safe. */
  public static final class Builder {
    private long maxSamples;
    private long maxMemoryBytes;
    private long maxTotalMemoryBytes;
    private int maxResultSeries;
    private long maxResultBytes;
    private int maxConcurrency;
    private int maxQueued;
    private long queueTimeoutMs;
    private long smallSamples;
    private int planCacheEntries;
    private long planCacheBytes;

    private Builder(EngineLimits from) {
      maxSamples = from.maxSamples;
      maxMemoryBytes = from.maxMemoryBytes;
      maxTotalMemoryBytes = from.maxTotalMemoryBytes;
      maxResultSeries = from.maxResultSeries;
      maxResultBytes = from.maxResultBytes;
      maxConcurrency = from.maxConcurrency;
      maxQueued = from.maxQueued;
      queueTimeoutMs = from.queueTimeoutMs;
      smallSamples = from.smallSamples;
      planCacheEntries = from.planCacheEntries;
      planCacheBytes = from.planCacheBytes;
    }

    /**
     * Changes {@link EngineLimits#maxSamples}.
     *
     * @param samples how many
     * @return this
     */
    public Builder maxSamples(long samples) {
      maxSamples = samples;
      return this;
    }

    /**
     * Changes {@link EngineLimits#maxMemoryBytes}.
     *
     * @param bytes how much
     * @return this
     */
    public Builder maxMemoryBytes(long bytes) {
      maxMemoryBytes = bytes;
      return this;
    }

    /**
     * Changes {@link EngineLimits#maxTotalMemoryBytes}.
     *
     * @param bytes how much
     * @return this
     */
    public Builder maxTotalMemoryBytes(long bytes) {
      maxTotalMemoryBytes = bytes;
      return this;
    }

    /**
     * Changes {@link EngineLimits#maxResultSeries} and {@link EngineLimits#maxResultBytes}.
     *
     * @param series how many series
     * @param bytes how much
     * @return this
     */
    public Builder maxResult(int series, long bytes) {
      maxResultSeries = series;
      maxResultBytes = bytes;
      return this;
    }

    /**
     * Changes {@link EngineLimits#maxConcurrency}.
     *
     * @param queries how many
     * @return this
     */
    public Builder maxConcurrency(int queries) {
      maxConcurrency = queries;
      return this;
    }

    /**
     * Changes {@link EngineLimits#maxQueued} and {@link EngineLimits#queueTimeoutMs}.
     *
     * @param queries how many
     * @param timeoutMs how long each
     * @return this
     */
    public Builder queue(int queries, long timeoutMs) {
      maxQueued = queries;
      queueTimeoutMs = timeoutMs;
      return this;
    }

    /**
     * Changes {@link EngineLimits#smallSamples}.
     *
     * @param samples how many
     * @return this
     */
    public Builder smallSamples(long samples) {
      smallSamples = samples;
      return this;
    }

    /**
     * Changes {@link EngineLimits#planCacheEntries} and {@link EngineLimits#planCacheBytes}.
     *
     * @param entries how many
     * @param bytes how much
     * @return this
     */
    public Builder planCache(int entries, long bytes) {
      planCacheEntries = entries;
      planCacheBytes = bytes;
      return this;
    }

    /**
     * {@return the limits}
     *
     * @throws IllegalArgumentException if one leaves no room for anything
     */
    public EngineLimits build() {
      return new EngineLimits(
          maxSamples,
          maxMemoryBytes,
          maxTotalMemoryBytes,
          maxResultSeries,
          maxResultBytes,
          maxConcurrency,
          maxQueued,
          queueTimeoutMs,
          smallSamples,
          planCacheEntries,
          planCacheBytes);
    }
  }
}

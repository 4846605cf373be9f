package io.hmsops.query.limit;

import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one query uses and ends it when a limit is reached. Thread-safe: all workers of a
 * query share one. Each worker counts what it reads with a {@link Meter} of its own.
 */
public final class QueryBudget implements AutoCloseable {
  /**
   * How many samples a worker may read between two looks at deadline, caller and limits, beside the
   * batch it is at.
   */
  public static final int CHECK_INTERVAL = 4096;

  /** What a sample held costs: eight bytes, and a bit rounded up for whether it is there. */
  public static final long BYTES_PER_SAMPLE = 9;

  /** Memory is taken from the shared pool in pieces of this size. */
  private static final long POOL_PIECE_BYTES = 1 << 20;

  private final QueryLimits limits;
  private final MemoryPool pool;
  private final long submittedNanos;
  private final long timeoutNanos;
  private final Cancellation caller;

  private final AtomicLong heldSamples = new AtomicLong();
  private final AtomicLong peakSamples = new AtomicLong();
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicLong peakBytes = new AtomicLong();
  private final AtomicLong pooledBytes = new AtomicLong();
  private final AtomicLong readSamples = new AtomicLong();
  private final AtomicLong readBatches = new AtomicLong();
  private final AtomicLong readSeries = new AtomicLong();
  private final AtomicLong selectedSeries = new AtomicLong();

  /**
   * Creates a budget.
   *
   * @param limits what the query may use
   * @param pool the memory that it shares with others
   * @param submittedNanos when its time started to run, of {@link System#nanoTime}; it may have
   *     waited since
   * @param caller says whether the answer is still wanted
   */
  public QueryBudget(
      QueryLimits limits, MemoryPool pool, long submittedNanos, Cancellation caller) {
    this.limits = limits;
    this.pool = pool;
    this.submittedNanos = submittedNanos;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(limits.timeoutMs());
    this.caller = caller;
  }

  /**
   * Takes room for samples.
   *
   * @param samples how many more are held
   * @throws QueryFailure if that is more than the query may hold
   */
  public void hold(long samples) {
    long held = heldSamples.addAndGet(samples);
    if (held > peakSamples.get()) {
      peakSamples.accumulateAndGet(held, Math::max);
    }
    if (held > limits.maxSamples()) {
      throw new QueryFailure(
          QueryFailure.Kind.LIMIT,
          "query processing would load too many samples into memory in query execution: %d (limit query.max-samples: %d), %s"
              .formatted(held, limits.maxSamples(), progress()),
          null);
    }
    checkSmall(held);
    holdBytes(samples * BYTES_PER_SAMPLE);
  }

  /**
   * Gives room back.
   *
   * @param samples how many fewer are held
   */
  public void release(long samples) {
    heldSamples.addAndGet(-samples);
    releaseBytes(samples * BYTES_PER_SAMPLE);
  }

  /**
   * Takes memory for what is not samples, such as the labels of series.
   *
   * @param bytes how much more is held
   * @throws QueryFailure if that is more than the query may hold, or than other queries have left
   */
  public void holdBytes(long bytes) {
    long held = heldBytes.addAndGet(bytes);
    if (held > peakBytes.get()) {
      peakBytes.accumulateAndGet(held, Math::max);
    }
    if (held > limits.maxBytes()) {
      throw new QueryFailure(
          QueryFailure.Kind.LIMIT,
          "query needs too much memory: %d bytes (limit query.max-memory: %d), %s"
              .formatted(held, limits.maxBytes(), progress()),
          null);
    }
    // Small queries must not starve because large ones hold everything, and hold little themselves.
    if (held > pooledBytes.get() && !limits.isSmall()) {
      takeFromPool(held);
    }
  }

  /** What is taken stays taken until the end, so the pool is asked seldom. */
  private void takeFromPool(long held) {
    synchronized (pooledBytes) {
      long missing = held - pooledBytes.get();
      if (missing <= 0) {
        return;
      }
      long piece = Math.max(missing, POOL_PIECE_BYTES);
      if (!pool.take(piece)) {
        throw new QueryFailure(
            QueryFailure.Kind.LIMIT,
            "query needs more memory than other queries have left: %d bytes in all queries (limit query.max-total-memory: %d), %d in this one, %s"
                .formatted(pool.usedBytes() + piece, pool.maxBytes(), held, progress()),
            null);
      }
      pooledBytes.addAndGet(piece);
    }
  }

  /**
   * Gives memory back.
   *
   * @param bytes how much less is held
   */
  public void releaseBytes(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  /** Gives all memory back to the pool. The query has ended. */
  @Override
  public void close() {
    synchronized (pooledBytes) {
      pool.give(pooledBytes.getAndSet(0));
    }
  }

  /**
   * Counts series that a selector has found.
   *
   * @param series how many
   */
  public void countSelected(long series) {
    selectedSeries.addAndGet(series);
    checkSmall(series);
  }

  /**
   * Ends a small query that is about to look at many series; nothing is counted yet.
   *
   * @param series how many
   */
  public void checkFound(int series) {
    checkSmall(series);
  }

  /**
   * Counts samples that were looked at without a {@link Meter}; to be called for a series or a
   * batch, not for each sample.
   *
   * @param samples how many
   */
  public void countRead(long samples) {
    checkSmall(readSamples.addAndGet(samples));
  }

  private void checkSmall(long work) {
    if (work > limits.smallWork()) {
      throw new QueryFailure(QueryFailure.Kind.HEAVY, "not a small query", null);
    }
  }

  /** {@return a meter for one worker} */
  public Meter meter() {
    return new Meter();
  }

  /**
   * Counts what one worker reads, and looks at the limits every {@link #CHECK_INTERVAL} samples.
   * What it has counted shows in the budget after {@link #flush}. Not thread-safe.
   */
  public final class Meter {
    private int series;
    private int batches;
    private int samples;

    private Meter() {}

    /** Counts a series that is being read. */
    public void startSeries() {
      series++;
      // A series without samples is work, too.
      if (series >= CHECK_INTERVAL) {
        flush();
      }
    }

    /**
     * Counts a batch.
     *
     * @param batchSamples how many samples it has
     * @throws QueryFailure if the query must end
     */
    public void read(int batchSamples) {
      batches++;
      samples += batchSamples;
      if (samples >= CHECK_INTERVAL) {
        flush();
      }
    }

    /**
     * Adds up what was counted.
     *
     * @throws QueryFailure if the query must end
     */
    public void flush() {
      readSeries.addAndGet(series);
      readBatches.addAndGet(batches);
      long read = readSamples.addAndGet(samples);
      series = 0;
      batches = 0;
      samples = 0;
      check();
      checkSmall(read);
    }
  }

  /** {@return how many samples were read} */
  public long readSamples() {
    return readSamples.get();
  }

  /** {@return how many batches were read: chunks, or parts of them} */
  public long readBatches() {
    return readBatches.get();
  }

  /** {@return how many series were read, those of two selectors twice} */
  public long readSeries() {
    return readSeries.get();
  }

  /** {@return how many series selectors found} */
  public long selectedSeries() {
    return selectedSeries.get();
  }

  /** {@return how many samples were held at most} */
  public long peakSamples() {
    return peakSamples.get();
  }

  /** {@return how much memory was held at most, as estimated} */
  public long peakBytes() {
    return peakBytes.get();
  }

  /**
   * Returns if the query may go on. Called at least once per operator and every {@link
   * #CHECK_INTERVAL} samples.
   *
   * @throws QueryFailure if its time is up or it was cancelled
   */
  public void check() {
    try {
      caller.check();
    } catch (CancelledException e) {
      throw cancelled(e);
    }
    if (isLate()) {
      throw late(null);
    }
  }

  private QueryFailure cancelled(CancelledException cause) {
    return new QueryFailure(
        QueryFailure.Kind.CANCELLED,
        "query was canceled in expression evaluation: %s, after %s, %s"
            .formatted(cause.getMessage(), seconds(elapsedNanos()), progress()),
        cause);
  }

  private QueryFailure late(@Nullable CancelledException cause) {
    return new QueryFailure(
        QueryFailure.Kind.TIMEOUT,
        "query timed out in expression evaluation: %s (limit query.timeout: %s), %s"
            .formatted(seconds(elapsedNanos()), seconds(timeoutNanos), progress()),
        cause);
  }

  /**
   * {@return why a read that the store has stopped ends the query}
   *
   * @param cause what the store threw
   */
  public QueryFailure stopped(CancelledException cause) {
    try {
      caller.check();
    } catch (CancelledException e) {
      return cancelled(e);
    }
    return late(cause);
  }

  private String progress() {
    return "%d samples of %d series read".formatted(readSamples.get(), readSeries.get());
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3fs", nanos / 1e9);
  }

  /**
   * {@return this budget's deadline and the caller's wish as one, for the store} What it throws is
   * told apart by {@link #stopped}.
   */
  public Cancellation cancellation() {
    return () -> {
      caller.check();
      if (isLate()) {
        throw new CancelledException("query timed out in expression evaluation");
      }
    };
  }

  private long elapsedNanos() {
    return System.nanoTime() - submittedNanos;
  }

  /** {@return whether the deadline has passed} */
  public boolean isLate() {
    return elapsedNanos() > timeoutNanos;
  }
}

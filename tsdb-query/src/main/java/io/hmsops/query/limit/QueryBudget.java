package io.hmsops.query.limit;

import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what one query uses and ends it when a limit is reached. Shared by all threads that work
 * on the query, so call it for a batch of samples rather than for each. Thread-safe.
 */
public final class QueryBudget {
  private final long maxSamples;
  private final long deadlineNanos;
  private final Cancellation caller;

  private final AtomicLong heldSamples = new AtomicLong();
  private final AtomicLong peakSamples = new AtomicLong();
  private final LongAdder readSamples = new LongAdder();

  /**
   * Creates a budget; its time starts to run now.
   *
   * @param maxSamples how many samples may be in memory at once
   * @param timeoutMs how long the query may take
   * @param caller says whether the answer is still wanted
   */
  public QueryBudget(long maxSamples, long timeoutMs, Cancellation caller) {
    this.maxSamples = maxSamples;
    this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
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
    if (held > maxSamples) {
      throw new QueryFailure(
          QueryFailure.Kind.LIMIT,
          "query processing would load too many samples into memory in query execution",
          null);
    }
  }

  /**
   * Gives room back.
   *
   * @param samples how many fewer are held
   */
  public void release(long samples) {
    heldSamples.addAndGet(-samples);
  }

  /**
   * Counts samples that were looked at.
   *
   * @param samples how many
   */
  public void countRead(long samples) {
    readSamples.add(samples);
  }

  /** {@return how many samples were looked at} */
  public long readSamples() {
    return readSamples.sum();
  }

  /** {@return how many samples were held at most} */
  public long peakSamples() {
    return peakSamples.get();
  }

  /**
   * Returns if the query may go on. Called at least once per series and operator.
   *
   * @throws QueryFailure if its time is up or it was cancelled
   */
  public void check() {
    try {
      caller.check();
    } catch (CancelledException e) {
      throw new QueryFailure(
          QueryFailure.Kind.CANCELLED, "query was canceled in expression evaluation", e);
    }
    if (isLate()) {
      throw new QueryFailure(
          QueryFailure.Kind.TIMEOUT, "query timed out in expression evaluation", null);
    }
  }

  /** {@return this budget's deadline and the caller's wish as one, for the store} */
  public Cancellation cancellation() {
    return () -> {
      caller.check();
      if (isLate()) {
        throw new CancelledException("query timed out in expression evaluation");
      }
    };
  }

  /** {@return whether the deadline has passed} */
  public boolean isLate() {
    return System.nanoTime() - deadlineNanos > 0;
  }
}

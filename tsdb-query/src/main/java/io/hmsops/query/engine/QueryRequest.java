package io.hmsops.query.engine;

import io.hmsops.tsdb.storage.Cancellation;

/**
 * What to evaluate.
 *
 * @param query the PromQL text
 * @param startMs the first evaluation time; the only one of an instant query
 * @param endMs the last evaluation time
 * @param stepMs the distance of evaluation times, 0 for an instant query
 * @param lookbackMs how old a sample may be for an instant selector
 * @param timeoutMs how long it may take
 * @param cancellation asked while evaluating
 * @param origin who asks
 * @param detail what is to be told beside the answer
 */
public record QueryRequest(
    String query,
    long startMs,
    long endMs,
    long stepMs,
    long lookbackMs,
    long timeoutMs,
    Cancellation cancellation,
    QueryOrigin origin,
    Detail detail) {
  /** What is told beside an answer. */
  public enum Detail {
    /** The statistics that cost nothing. */
    PLAIN,
    /** Also how many samples each step could see. */
    SAMPLES,
    /** The plan with what each operator took. */
    PLAN,
    /** Both of these. */
    SAMPLES_AND_PLAN;

    /** {@return whether samples are counted by step} */
    public boolean hasSamples() {
      return this == SAMPLES || this == SAMPLES_AND_PLAN;
    }

    /** {@return whether the plan is told} */
    public boolean hasPlan() {
      return this == PLAN || this == SAMPLES_AND_PLAN;
    }
  }

  /**
   * Creates a request of nobody in particular with plain statistics.
   *
   * @param query the PromQL text
   * @param startMs the first evaluation time; the only one of an instant query
   * @param endMs the last evaluation time
   * @param stepMs the distance of evaluation times, 0 for an instant query
   * @param lookbackMs how old a sample may be for an instant selector
   * @param timeoutMs how long it may take
   * @param cancellation asked while evaluating
   */
  public QueryRequest(
      String query,
      long startMs,
      long endMs,
      long stepMs,
      long lookbackMs,
      long timeoutMs,
      Cancellation cancellation) {
    this(
        query,
        startMs,
        endMs,
        stepMs,
        lookbackMs,
        timeoutMs,
        cancellation,
        QueryOrigin.NONE,
        Detail.PLAIN);
  }

  /** Five minutes. */
  public static final long DEFAULT_LOOKBACK_MS = 300_000;

  /** Two minutes. */
  public static final long DEFAULT_TIMEOUT_MS = 120_000;

  /**
   * {@return an instant query with default limits}
   *
   * @param query the PromQL text
   * @param timestampMs the evaluation time
   */
  public static QueryRequest instant(String query, long timestampMs) {
    return new QueryRequest(
        query,
        timestampMs,
        timestampMs,
        0,
        DEFAULT_LOOKBACK_MS,
        DEFAULT_TIMEOUT_MS,
        Cancellation.NONE);
  }

  /**
   * {@return a range query with default limits}
   *
   * @param query the PromQL text
   * @param startMs the first evaluation time
   * @param endMs the last evaluation time
   * @param stepMs the distance of evaluation times, at least 1
   * @throws IllegalArgumentException if the step is smaller than that
   */
  public static QueryRequest range(String query, long startMs, long endMs, long stepMs) {
    if (stepMs < 1) {
      throw new IllegalArgumentException("stepMs: %d (expected: at least 1)".formatted(stepMs));
    }
    return new QueryRequest(
        query, startMs, endMs, stepMs, DEFAULT_LOOKBACK_MS, DEFAULT_TIMEOUT_MS, Cancellation.NONE);
  }

  /**
   * {@return the same, known to come from someone}
   *
   * @param newOrigin who asks
   */
  public QueryRequest withOrigin(QueryOrigin newOrigin) {
    return new QueryRequest(
        query, startMs, endMs, stepMs, lookbackMs, timeoutMs, cancellation, newOrigin, detail);
  }

  /**
   * {@return the same, with other things told beside the answer}
   *
   * @param newDetail what is told
   */
  public QueryRequest withDetail(Detail newDetail) {
    return new QueryRequest(
        query, startMs, endMs, stepMs, lookbackMs, timeoutMs, cancellation, origin, newDetail);
  }

  /** {@return how many evaluation times there are} */
  public long steps() {
    return stepMs == 0 ? 1 : (endMs - startMs) / stepMs + 1;
  }

  /** {@return whether this is an instant query} */
  public boolean isInstant() {
    return stepMs == 0;
  }
}

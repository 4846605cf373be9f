package io.hmsops.query.engine;

import io.hmsops.query.limit.QueryBudget;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import org.jspecify.annotations.Nullable;

/**
 * One query under way. Written by the thread that runs it, but for {@link #cancel}; seen by others.
 */
final class QueryRun implements Cancellation {
  private final long id;
  private final QueryRequest request;
  private final long submittedMs;
  private final long submittedNanos = System.nanoTime();

  private volatile QueryView.State state = QueryView.State.WAITING;
  private volatile @Nullable String cancelled;
  private volatile @Nullable QueryBudget budget;
  private volatile long queueNanos;

  /** The same, for the thread that adds to it. */
  private long queueNanosBefore;

  private volatile long prepareNanos;
  private volatile long evalNanos;
  private volatile long sortNanos;
  private volatile long totalNanos;
  private volatile String error = "";

  QueryRun(long id, QueryRequest request, long submittedMs) {
    this.id = id;
    this.request = request;
    this.submittedMs = submittedMs;
  }

  long id() {
    return id;
  }

  QueryRequest request() {
    return request;
  }

  long submittedNanos() {
    return submittedNanos;
  }

  /** Ends the query soon. */
  void cancel(String reason) {
    cancelled = reason;
  }

  @Override
  public void check() throws CancelledException {
    String reason = cancelled;
    if (reason != null) {
      throw new CancelledException(reason);
    }
    request.cancellation().check();
  }

  void prepared(long nanos) {
    prepareNanos = nanos;
  }

  void waited(long nanos) {
    queueNanos = queueNanosBefore + nanos;
    queueNanosBefore += nanos;
  }

  void begins(QueryView.State as, QueryBudget with) {
    state = as;
    budget = with;
  }

  void evaluated(long nanos) {
    evalNanos = nanos;
  }

  void sorted(long nanos) {
    sortNanos = nanos;
  }

  void waits() {
    state = QueryView.State.WAITING;
  }

  void answered() {
    totalNanos = System.nanoTime() - submittedNanos;
    state = QueryView.State.ANSWERED;
  }

  void failed(String reason) {
    totalNanos = System.nanoTime() - submittedNanos;
    error = reason;
    state = QueryView.State.FAILED;
  }

  QueryStatistics statistics() {
    QueryBudget used = budget;
    long total = totalNanos == 0 ? System.nanoTime() - submittedNanos : totalNanos;
    return used == null
        ? new QueryStatistics(queueNanos, prepareNanos, evalNanos, sortNanos, total, 0, 0, 0, 0, 0)
        : new QueryStatistics(
            queueNanos,
            prepareNanos,
            evalNanos,
            sortNanos,
            total,
            used.selectedSeries(),
            used.readBatches(),
            used.readSamples(),
            used.peakSamples(),
            used.peakBytes());
  }

  QueryView view() {
    return new QueryView(id, request, submittedMs, state, statistics(), error);
  }
}

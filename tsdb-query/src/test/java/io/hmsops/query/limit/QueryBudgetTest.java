package io.hmsops.query.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Every limit ends a query, and says which one it was, its value, and how far the query had come.
 */
class QueryBudgetTest {
  private static final long PLENTY = Long.MAX_VALUE;

  private static QueryBudget budget(QueryLimits limits, MemoryPool pool, Cancellation caller) {
    return new QueryBudget(limits, pool, System.nanoTime(), caller);
  }

  private static QueryLimits limits(long samples, long bytes, long smallWork) {
    return new QueryLimits(samples, bytes, 60_000, smallWork);
  }

  @Test
  void samplesHeldAreLimitedAndGivenBackOnesAreNotCounted() {
    QueryBudget budget =
        budget(limits(100, PLENTY, PLENTY), new MemoryPool(PLENTY), Cancellation.NONE);
    budget.hold(80);
    budget.release(50);
    budget.hold(70);
    budget.meter().startSeries();

    assertThatThrownBy(() -> budget.hold(1))
        .isInstanceOf(QueryFailure.class)
        .hasMessage(
            "query processing would load too many samples into memory in query execution:"
                + " 101 (limit query.max-samples: 100), 0 samples of 0 series read");
    assertThat(budget.peakSamples()).isEqualTo(101);
  }

  @Test
  void memoryOfOneQueryIsLimited() {
    QueryBudget budget =
        budget(limits(PLENTY, 1000, PLENTY), new MemoryPool(PLENTY), Cancellation.NONE);
    budget.hold(100);
    budget.holdBytes(100);

    assertThatThrownBy(() -> budget.holdBytes(1))
        .hasMessage(
            "query needs too much memory: 1001 bytes (limit query.max-memory: 1000), 0 samples of 0"
                + " series read");
    assertThat(budget.peakBytes()).isEqualTo(1001);
  }

  @Test
  void memoryOfAllQueriesIsLimitedAndComesBackWhenOneEnds() {
    MemoryPool pool = new MemoryPool(5 << 20);
    QueryBudget first = budget(limits(PLENTY, PLENTY, PLENTY), pool, Cancellation.NONE);
    first.holdBytes(3 << 20);
    QueryBudget second = budget(limits(PLENTY, PLENTY, PLENTY), pool, Cancellation.NONE);
    second.holdBytes(1 << 20);

    assertThatThrownBy(() -> second.holdBytes(2 << 20))
        .hasMessageStartingWith("query needs more memory than other queries have left: ")
        .hasMessageContaining("(limit query.max-total-memory: 5242880), 3145728 in this one");
    first.close();
    second.close();
    assertThat(pool.usedBytes()).isZero();
  }

  @Test
  void aMeterLooksAfterAFixedNumberOfSamples() {
    AtomicBoolean gone = new AtomicBoolean();
    QueryBudget budget =
        budget(
            limits(PLENTY, PLENTY, PLENTY),
            new MemoryPool(PLENTY),
            () -> {
              if (gone.get()) {
                throw new CancelledException("the client closed the connection");
              }
            });
    QueryBudget.Meter meter = budget.meter();
    meter.startSeries();
    meter.read(QueryBudget.CHECK_INTERVAL - 1);
    gone.set(true);

    QueryFailure failure = catchThrowableOfType(QueryFailure.class, () -> meter.read(1));

    assertThat(failure.kind()).isEqualTo(QueryFailure.Kind.CANCELLED);
    assertThat(failure)
        .hasMessageMatching(
            "query was canceled in expression evaluation: the client closed the connection, after"
                + " .*s, 4096 samples of 1 series read");
  }

  @Test
  void seriesWithoutSamplesAreLookedAtToo() {
    QueryBudget budget =
        budget(
            limits(PLENTY, PLENTY, PLENTY),
            new MemoryPool(PLENTY),
            () -> {
              throw new CancelledException("gone");
            });
    QueryBudget.Meter meter = budget.meter();
    for (int i = 1; i < QueryBudget.CHECK_INTERVAL; i++) {
      meter.startSeries();
    }
    assertThatThrownBy(meter::startSeries).isInstanceOf(QueryFailure.class);
  }

  @Test
  void aSmallQueryThatTurnsOutLargeIsToldApart() {
    QueryBudget budget =
        budget(limits(PLENTY, PLENTY, 5000), new MemoryPool(PLENTY), Cancellation.NONE);
    QueryBudget.Meter meter = budget.meter();
    meter.read(4096);
    assertThat(catchThrowableOfType(QueryFailure.class, () -> meter.read(4096)).kind())
        .isEqualTo(QueryFailure.Kind.HEAVY);
    assertThat(catchThrowableOfType(QueryFailure.class, () -> budget.countSelected(5001)).kind())
        .isEqualTo(QueryFailure.Kind.HEAVY);
    assertThat(catchThrowableOfType(QueryFailure.class, () -> budget.hold(5001)).kind())
        .isEqualTo(QueryFailure.Kind.HEAVY);
  }

  @Test
  void timeAloneDoesNotMakeAQueryALargeOne() throws Exception {
    long hourNanos = 3_600_000_000_000L;
    QueryBudget budget =
        new QueryBudget(
            new QueryLimits(PLENTY, PLENTY, 2 * 3_600_000, 5000),
            new MemoryPool(PLENTY),
            System.nanoTime() - hourNanos,
            Cancellation.NONE);
    budget.hold(10);
    budget.meter().flush();
    budget.check();
    budget.cancellation().check();
  }

  @Test
  void whatTheStoreStoppedForIsToldApart() {
    QueryLimits late = new QueryLimits(PLENTY, PLENTY, -1, PLENTY);
    QueryBudget budget = budget(late, new MemoryPool(PLENTY), Cancellation.NONE);
    CancelledException thrown =
        catchThrowableOfType(CancelledException.class, () -> budget.cancellation().check());

    assertThat(budget.stopped(thrown).kind()).isEqualTo(QueryFailure.Kind.TIMEOUT);
    assertThat(budget.stopped(thrown))
        .hasMessageStartingWith("query timed out in expression evaluation: ")
        .hasMessageContaining("(limit query.timeout: -0.001s)");
  }

  @Test
  void severalWorkersCountIntoOneBudget() throws Exception {
    QueryBudget budget =
        budget(limits(PLENTY, PLENTY, PLENTY), new MemoryPool(PLENTY), Cancellation.NONE);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int worker = 0; worker < 4; worker++) {
        workers.add(
            threads.submit(
                () -> {
                  QueryBudget.Meter meter = budget.meter();
                  budget.hold(10);
                  for (int i = 0; i < 1000; i++) {
                    budget.countRead(1);
                    meter.startSeries();
                    meter.read(10);
                    budget.hold(10);
                    budget.release(10);
                  }
                  meter.flush();
                }));
      }
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    assertThat(budget.readSamples()).isEqualTo(44_000);
    assertThat(budget.readBatches()).isEqualTo(4000);
    assertThat(budget.readSeries()).isEqualTo(4000);
    assertThat(budget.peakSamples()).isBetween(50L, 80L);
    budget.release(40);
    long peak = budget.peakSamples();
    budget.hold(peak);
    assertThat(budget.peakSamples()).as("everything was given back").isEqualTo(peak);
  }
}

package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hmsops.query.limit.QueryBudget;
import io.hmsops.tsdb.storage.CancelledException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a query, what makes it wait, and what operators see of it. */
@Timeout(60)
class EngineLimitsTest {
  private static final long PROMISED = QueryBudget.CHECK_INTERVAL + WatchedStore.BATCH;

  private static Engine engine(EngineLimits limits) {
    return new Engine(
        EngineOptions.defaults().withLimits(limits),
        () -> Instant.ofEpochSecond(1_700_000_000),
        QueryListener.NONE);
  }

  private static EngineLimits.Builder limits() {
    return EngineLimits.defaults().toBuilder();
  }

  private static QueryRequest range(String query) {
    return QueryRequest.range(query, 0, 60_000L * 600, 60_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(rate(x[5m]))",
        "x",
        "sum by (n) (x)",
        "max_over_time(rate(x[5m])[30m:1m])",
        "x * on (n) x",
        "topk(3, quantile_over_time(0.9, x[10m]))",
        "count_values(\"v\", x)"
      })
  void aCancelledQueryReadsOnlySoManyFurtherSamples(String query) {
    long cancelAfter = 100_000;
    AtomicLong read = new AtomicLong();
    WatchedStore store = new WatchedStore(2000, 600, read::set);
    QueryRequest plain = range(query);
    QueryRequest request =
        new QueryRequest(
            query,
            plain.startMs(),
            plain.endMs(),
            plain.stepMs(),
            plain.lookbackMs(),
            plain.timeoutMs(),
            () -> {
              if (read.get() >= cancelAfter) {
                throw new CancelledException("the client closed the connection");
              }
            });

    QueryException e =
        catchThrowableOfType(
            QueryException.class,
            () -> engine(limits().smallSamples(0).build()).query(store, request));

    assertThat(e.kind()).isEqualTo(QueryException.Kind.CANCELLED);
    assertThat(e)
        .hasMessageStartingWith(
            "query was canceled in expression evaluation: the client closed the connection, after ");
    long workers = Runtime.getRuntime().availableProcessors() + 1L;
    assertThat(store.read()).isBetween(cancelAfter, cancelAfter + PROMISED * workers);
  }

  @Test
  void aQueryThatHoldsTooManySamplesSaysHowManyAndHowFarItCame() {
    WatchedStore store = new WatchedStore(1000, 600, n -> {});
    QueryException e =
        catchThrowableOfType(
            QueryException.class,
            () -> engine(limits().maxSamples(10_000).build()).query(store, range("x")));
    assertThat(e.kind()).isEqualTo(QueryException.Kind.LIMIT);
    assertThat(e)
        .hasMessageMatching(
            "query processing would load too many samples into memory in query execution: \\d+"
                + " \\(limit query.max-samples: 10000\\), \\d+ samples of \\d+ series read");
  }

  @Test
  void aQueryThatNeedsTooMuchMemorySaysSo() {
    WatchedStore store = new WatchedStore(1000, 600, n -> {});
    assertThatThrownBy(
            () -> engine(limits().maxMemoryBytes(100_000).build()).query(store, range("x")))
        .hasMessageMatching(
            "query needs too much memory: \\d+ bytes \\(limit query.max-memory: 100000\\), .*");
    assertThatThrownBy(
            () -> engine(limits().maxTotalMemoryBytes(100_000).build()).query(store, range("x")))
        .hasMessageMatching(
            "query needs more memory than other queries have left: \\d+ bytes in all queries"
                + " \\(limit query.max-total-memory: 100000\\), \\d+ in this one, .*");
  }

  @Test
  void anAnswerIsLimitedInSeriesAndBytes() throws Exception {
    WatchedStore store = new WatchedStore(100, 600, n -> {});
    assertThatThrownBy(
            () -> engine(limits().maxResult(99, 1 << 30).build()).query(store, range("x")))
        .hasMessage(
            "query has too large an answer: 100 series (limit query.max-result-series: 99)");
    assertThatThrownBy(
            () -> engine(limits().maxResult(100, 500_000).build()).query(store, range("x")))
        .hasMessageMatching(
            "query has too large an answer: \\d+ bytes of 100 series"
                + " \\(limit query.max-result-bytes: 500000\\)");
    // What counts is the answer, not what it was made of.
    QueryResult result =
        engine(limits().maxResult(1, 20_000).build()).query(store, range("sum(x)"));
    assertThat(result.statistics().readSamples()).isEqualTo(60_000);
  }

  /** Large queries that stop in the store until they are let go. */
  private static final class Blocked {
    /** One series more, and a query is large before it reads. */
    static final int SMALL = 100;

    final CountDownLatch release = new CountDownLatch(1);
    final AtomicLong arrived = new AtomicLong();
    final List<Thread> threads = new ArrayList<>();
    final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    final Engine engine;
    final WatchedStore store;

    Blocked(EngineLimits limits) {
      engine = engine(limits);
      store =
          new WatchedStore(
              SMALL + 1,
              600,
              n -> {
                arrived.incrementAndGet();
                try {
                  release.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }

    void start(int count) {
      for (int i = 0; i < count; i++) {
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        engine.query(store, range("x"));
                      } catch (QueryException e) {
                        failures.add(String.valueOf(e.getMessage()));
                      }
                    }));
      }
    }

    void finish() throws InterruptedException {
      release.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void until(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void onlySoManyLargeQueriesWorkAndSmallOnesPassThem() throws Exception {
    Blocked blocked = new Blocked(limits().smallSamples(Blocked.SMALL).maxConcurrency(2).build());
    blocked.start(5);
    until(() -> blocked.engine.counts().waiting() == 3);
    assertThat(blocked.engine.counts().largeAtWork()).isEqualTo(2);
    assertThat(blocked.engine.active()).hasSize(5);

    WatchedStore other = new WatchedStore(0, 0, n -> {});
    for (int i = 0; i < 100; i++) {
      blocked.engine.query(other, QueryRequest.instant("vector(1)", 0));
    }

    assertThat(blocked.engine.counts().waiting()).isEqualTo(3);
    blocked.finish();
    assertThat(blocked.failures).isEmpty();
    assertThat(blocked.engine.counts().largeAtWork()).isZero();
    assertThat(blocked.engine.counts().memoryBytes()).isZero();
  }

  @Test
  void aQueryIsCancelledByItsNumberAtWorkAndInTheQueue() throws Exception {
    Blocked blocked = new Blocked(limits().smallSamples(Blocked.SMALL).maxConcurrency(1).build());
    blocked.start(2);
    until(() -> blocked.engine.counts().waiting() == 1 && blocked.arrived.get() > 0);

    List<QueryView> active =
        blocked.engine.active().stream()
            .sorted(Comparator.comparing(query -> query.state() == QueryView.State.WAITING))
            .toList();
    assertThat(active).extracting(query -> query.request().query()).containsExactly("x", "x");
    assertThat(active).extracting(QueryView::submittedMs).containsOnly(1_700_000_000_000L);
    assertThat(blocked.engine.cancel(active.get(1).id())).isTrue();
    until(() -> blocked.failures.size() == 1);
    assertThat(blocked.engine.cancel(active.get(1).id())).isFalse();
    assertThat(blocked.engine.cancel(active.get(0).id())).isTrue();
    blocked.finish();

    assertThat(blocked.failures)
        .hasSize(2)
        .anyMatch(
            text -> text.equals("query was canceled in query queue: cancelled by an operator"))
        .anyMatch(
            text ->
                text.startsWith(
                    "query was canceled in expression evaluation: cancelled by an operator, "));
    assertThat(blocked.engine.active()).isEmpty();
    assertThat(blocked.engine.recent())
        .extracting(QueryView::state)
        .containsExactly(QueryView.State.FAILED, QueryView.State.FAILED);
  }

  @Test
  void aLargeQueryIsRememberedAndNotTriedAsASmallOneAgain() throws Exception {
    Engine engine = engine(limits().smallSamples(5000).build());
    WatchedStore store = new WatchedStore(100, 600, n -> {});
    engine.query(store, range("sum(x)"));
    long first = store.read();
    engine.query(store, range("sum(x)"));
    assertThat(first).isGreaterThanOrEqualTo(60_000);
    assertThat(store.read() - first).isEqualTo(60_000);
  }

  @Test
  void endedQueriesAreRememberedAndTold() throws Exception {
    List<QueryView> told = new ArrayList<>();
    Engine engine = new Engine(EngineOptions.defaults(), () -> Instant.EPOCH, told::add);
    WatchedStore store = new WatchedStore(1, 10, n -> {});
    engine.query(store, QueryRequest.instant("x", 60_000));
    assertThatThrownBy(() -> engine.query(store, QueryRequest.instant("sum(", 0)))
        .isInstanceOf(QueryException.class);
    for (int i = 0; i < 200; i++) {
      engine.query(store, QueryRequest.instant("vector(%d)".formatted(i), 0));
    }

    assertThat(told).hasSize(202);
    assertThat(told.get(0).state()).isEqualTo(QueryView.State.ANSWERED);
    assertThat(told.get(0).statistics().readSamples()).isEqualTo(10);
    assertThat(told.get(1).state()).isEqualTo(QueryView.State.FAILED);
    assertThat(told.get(1).error()).contains("parse error");
    assertThat(engine.recent()).hasSize(QueryRuns.RECENT);
    assertThat(engine.recent().getFirst().request().query()).isEqualTo("vector(199)");
    assertThat(engine.active()).isEmpty();
  }
}

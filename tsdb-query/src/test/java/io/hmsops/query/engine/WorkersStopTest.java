package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hmsops.query.limit.QueryBudget;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many workers there are, each reads no more than a fixed number of samples too many. */
class WorkersStopTest {
  private static final int SERIES = 20_000;
  private static final int BATCH = 500;
  private static final long CANCEL_AFTER = 1_000_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void aCancelledQueryStopsAllWorkers(int workers) {
    EndlessStore store = new EndlessStore();
    QueryRequest request =
        new QueryRequest(
            "sum by (i) (rate(x[5m]))",
            0,
            60_000,
            15_000,
            300_000,
            600_000,
            () -> {
              if (store.samplesRead.get() >= CANCEL_AFTER) {
                throw new CancelledException("the client has gone");
              }
            });
    try (Engine engine = new Engine(EngineOptions.defaults().withWorkers(workers, 64))) {
      QueryException e =
          catchThrowableOfType(QueryException.class, () -> engine.query(store, request));

      assertThat(e.kind()).isEqualTo(QueryException.Kind.CANCELLED);
      assertThat(store.samplesRead.get() - CANCEL_AFTER)
          .as("samples read after the wish to stop")
          .isLessThanOrEqualTo((long) workers * (QueryBudget.CHECK_INTERVAL + BATCH));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void aSampleLimitStopsAllWorkers(int workers) {
    EndlessStore store = new EndlessStore();
    EngineOptions options =
        EngineOptions.defaults()
            .withLimits(EngineLimits.defaults().toBuilder().maxSamples(20_000).build())
            .withWorkers(workers, 64);
    try (Engine engine = new Engine(options)) {
      QueryException e =
          catchThrowableOfType(
              QueryException.class,
              () -> engine.query(store, QueryRequest.range("rate(x[5m])", 0, 60_000, 15_000)));

      assertThat(e.kind()).isEqualTo(QueryException.Kind.LIMIT);
      // 64 series a morsel, five steps: the limit is reached at morsel 62 or earlier.
      assertThat(store.samplesRead.get()).isLessThan((62L + 4L * workers) * 64 * BATCH);
    }
  }

  /** Counts what is read of it. */
  private static final class EndlessStore implements Queryable, Querier {
    private final AtomicLong samplesRead = new AtomicLong();

    @Override
    public Querier querier(long minTimeMs, long maxTimeMs) {
      return this;
    }

    @Override
    public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) {
      return new SeriesSet() {
        private int next;

        @Override
        public boolean next() {
          return next++ < SERIES;
        }

        @Override
        public Series series() {
          Labels labels = Labels.of("__name__", "x", "i", "%05d".formatted(next));
          return new Series() {
            @Override
            public Labels labels() {
              return labels;
            }

            @Override
            public SampleCursor samples() {
              return new OneBatch();
            }
          };
        }
      };
    }

    private final class OneBatch implements SampleCursor {
      private boolean done;

      @Override
      public boolean next(SampleBatch into) {
        into.clear();
        if (done) {
          return false;
        }
        done = true;
        samplesRead.addAndGet(BATCH);
        for (int i = 0; i < BATCH; i++) {
          into.add(i * 100L - 300_000, i);
        }
        return true;
      }
    }

    @Override
    public List<String> labelNames(List<LabelMatcher> matchers) {
      return List.of();
    }

    @Override
    public List<String> labelValues(String name, List<LabelMatcher> matchers) {
      return List.of();
    }

    @Override
    public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets) {
      return List.of();
    }

    @Override
    public Map<String, List<Metadata>> metadata() {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}

package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.testing.AnswerBits;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is answered from the statistics of chunks has the bits of what their samples give. The older
 * half of each series is one chunk of a block, the rest is in the head.
 */
class StatisticsTest {
  private static final int SAMPLES = 2_000;
  private static final long STEP_MS = 15_000;
  private static final long END_MS = SAMPLES * STEP_MS;

  private final Engine engine = new Engine(EngineOptions.defaults());
  private final ScriptStore blocks = new TsdbScriptStore(TsdbScriptStore.Layout.MIXED);
  private final CountingStore counting = new CountingStore(blocks);

  @BeforeEach
  void fill() throws Exception {
    Random random = new Random(Long.getLong("seed", 42));
    Appender appender = blocks.appender();
    for (int series = 0; series < 8; series++) {
      long ref = appender.series(Labels.of("__name__", "x", "i", "" + series));
      for (int k = 0; k < SAMPLES; k++) {
        appender.add(ref, k * STEP_MS, value(series, k, random));
      }
    }
    appender.commit();
  }

  /** Rising, random, signed zeros, numbers that are none, markers, one value, falling, gaps. */
  private static double value(int series, int k, Random random) {
    return switch (series) {
      case 0 -> k * 3.0;
      case 1 -> random.nextGaussian();
      case 2 -> random.nextBoolean() ? 0.0 : -0.0;
      case 3 -> k % 400 < 300 ? Double.NaN : random.nextDouble();
      case 4 -> k % 97 == 0 ? StaleMarker.VALUE : k % 7;
      case 5 -> 4.5;
      case 6 -> -k;
      default -> k % 500 == 0 ? Double.NEGATIVE_INFINITY : random.nextInt(10);
    };
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
    blocks.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "count_over_time", "present_over_time", "first_over_time",
        "last_over_time", "min_over_time", "max_over_time"
      })
  void wholeChunksAreNotDecoded(String function) throws Exception {
    long hourMs = 3_600_000;
    check(QueryRequest.instant(function + "(x[9h])", END_MS));
    check(QueryRequest.instant(function + "(x[9h] offset 20m)", END_MS));
    check(QueryRequest.range(function + "(x[9h] @ 30000)", 0, END_MS, hourMs));
    check(QueryRequest.range(function + "(x[9h])", END_MS - 4 * hourMs, END_MS, hourMs));
    assertThat(counting.skipped).as("chunks not decoded").isGreaterThan(4 * 4);
  }

  @Test
  void windowsThatCutEachChunkReadAllOfThem() throws Exception {
    check(QueryRequest.range("max_over_time(x[5m])", 0, END_MS, 15_000));
    check(QueryRequest.range("count_over_time(x[2h])", 0, END_MS, 600_000));
    check(QueryRequest.instant("last_over_time(x[8h])", END_MS));

    assertThat(counting.skipped).isZero();
  }

  @Test
  void whatNeedsEverySampleReadsThem() throws Exception {
    check(QueryRequest.instant("sum_over_time(x[9h])", END_MS));
    check(QueryRequest.instant("rate(x[9h])", END_MS));

    assertThat(counting.skipped).isZero();
  }

  private void check(QueryRequest request) throws Exception {
    counting.hidesStatistics = true;
    QueryResult decoded = engine.query(counting, request);
    counting.hidesStatistics = false;
    QueryResult found = engine.query(counting, request);

    assertThat(AnswerBits.of(found.value()))
        .as(request.toString())
        .isEqualTo(AnswerBits.of(decoded.value()));
    assertThat(found.samplesRead()).as("samples read").isEqualTo(decoded.samplesRead());
  }

  /** Counts what was skipped; may hide that there are statistics. */
  private static final class CountingStore implements Queryable {
    private final Queryable store;
    private boolean hidesStatistics;
    private int skipped;

    CountingStore(Queryable store) {
      this.store = store;
    }

    @Override
    public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
      Querier querier = store.querier(minTimeMs, maxTimeMs);
      return new Querier() {
        @Override
        public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers)
            throws TsdbException {
          return counted(querier.select(hints, matchers));
        }

        @Override
        public List<String> labelNames(List<LabelMatcher> matchers) throws TsdbException {
          return querier.labelNames(matchers);
        }

        @Override
        public List<String> labelValues(String name, List<LabelMatcher> matchers)
            throws TsdbException {
          return querier.labelValues(name, matchers);
        }

        @Override
        public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets)
            throws TsdbException {
          return querier.exemplars(matcherSets);
        }

        @Override
        public Map<String, List<Metadata>> metadata() throws TsdbException {
          return querier.metadata();
        }

        @Override
        public void close() {
          querier.close();
        }
      };
    }

    private SeriesSet counted(SeriesSet set) throws TsdbException {
      List<Series> all = new ArrayList<>();
      while (set.next()) {
        Series series = set.series();
        all.add(
            new Series() {
              @Override
              public Labels labels() {
                return series.labels();
              }

              @Override
              public SampleCursor samples() throws TsdbException {
                return new CountingCursor(series.samples());
              }
            });
      }
      return new SeriesSet() {
        private int index = -1;

        @Override
        public boolean next() {
          index++;
          return index < all.size();
        }

        @Override
        public Series series() {
          return all.get(index);
        }
      };
    }

    private final class CountingCursor implements SampleCursor {
      private final SampleCursor cursor;

      CountingCursor(SampleCursor cursor) {
        this.cursor = cursor;
      }

      @Override
      public boolean next(SampleBatch into) throws TsdbException {
        return cursor.next(into);
      }

      @Override
      public Optional<ChunkStatistics> peekStatistics() throws TsdbException {
        return hidesStatistics ? Optional.empty() : cursor.peekStatistics();
      }

      @Override
      public void skip() throws TsdbException {
        skipped++;
        cursor.skip();
      }
    }
  }
}

package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.MemoryStore;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Series that are pairs are combined as whole columns. A histogram that has no partner makes the
 * operation look at each step, and must not change anything else.
 */
class PairedColumnsTest {
  private static final long SEED = 7;
  private static final int STEPS = 150;
  private static final long STEP_MS = 15_000;
  private static final double[] SPECIAL = {Double.NaN, Double.POSITIVE_INFINITY, -0.0, 1e308};

  private static MemoryStore store(boolean withHistogram) throws TsdbException {
    MemoryStore store = new MemoryStore();
    Appender appender = store.appender();
    Random random = new Random(SEED);
    for (int i = 0; i < 40; i++) {
      String name = i % 2 == 0 ? "a" : "b";
      Labels labels = Labels.of("__name__", name, "host", "h" + i / 2, "rack", "r" + i / 10);
      fill(appender, appender.series(labels), random);
    }
    for (int i = 0; i < 4; i++) {
      fill(appender, appender.series(Labels.of("__name__", "rack", "rack", "r" + i)), random);
    }
    if (withHistogram) {
      double[] none = {};
      Histogram histogram =
          new Histogram(
              0,
              0,
              1,
              1,
              1,
              new int[0],
              none,
              new int[0],
              none,
              none,
              CounterResetHint.GAUGE,
              true);
      for (String name : List.of("b", "rack")) {
        long ref = appender.series(Labels.of("__name__", name, "rack", "none", "host", "none"));
        appender.add(ref, 0, histogram);
      }
    }
    appender.commit();
    return store;
  }

  /** Most samples, runs of none, and numbers that compare in unusual ways. */
  private static void fill(Appender appender, long ref, Random random) {
    int gap = random.nextInt(STEPS);
    for (int step = 0; step < STEPS; step++) {
      if (step < gap || step > gap + 30) {
        double value =
            random.nextInt(10) == 0
                ? SPECIAL[random.nextInt(SPECIAL.length)]
                : random.nextInt(5) / 2.0;
        appender.add(ref, step * STEP_MS, value);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"+", "-", "*", "/", "%", "^", "atan2", "==", "!=", "<", "<=", ">", ">=", "< bool"})
  void areCombinedAsStepByStep(String operator) throws Exception {
    MemoryStore floats = store(false);
    MemoryStore mixed = store(true);
    Engine engine = new Engine(EngineOptions.defaults());
    for (String query :
        List.of(
            "a %s on (host) b",
            "a %s ignoring (rack) b",
            "a %s on (rack) group_left rack",
            "rack %s on (rack) group_right a",
            "sum(a %s on (host) b)")) {
      QueryRequest request =
          QueryRequest.range(query.formatted(operator), 0, (STEPS + 30) * STEP_MS, STEP_MS);
      assertThat(text(engine.query(floats, request)))
          .as(request.query())
          .isEqualTo(text(engine.query(mixed, request)))
          .isNotEmpty();
    }
  }

  private static List<String> text(QueryResult result) {
    return ((QueryResult.Matrix) result.value())
        .series().stream()
            .map(
                points ->
                    points.labels()
                        + Arrays.toString(points.timestampsMs())
                        + Arrays.toString(points.values()))
            .toList();
  }
}

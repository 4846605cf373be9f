package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.testing.AnswerBits;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Range functions that take all windows of a series in one pass give the bits that they give window
 * by window. A sample with a start timestamp, which these engines ignore, makes a series go the
 * general way.
 */
class FloatKernelsTest {
  private static final int SERIES = 12;
  private static final int SAMPLES = 150;

  private static final double[] HARD = {
    0.0,
    -0.0,
    1e308,
    -1e308,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    1e-300,
    Double.NaN,
    0x1p53,
    0x1p53 + 2,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    StaleMarker.VALUE
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rate",
        "increase",
        "delta",
        "irate",
        "idelta",
        "changes",
        "resets",
        "sum_over_time",
        "avg_over_time",
        "min_over_time",
        "max_over_time",
        "count_over_time",
        "present_over_time",
        "first_over_time",
        "last_over_time",
        "quantile_over_time"
      })
  void onePassGivesTheBitsOfSingleWindows(String function) throws Exception {
    long seed = Long.getLong("seed", 42);
    Random random = new Random(seed);
    try (Engine engine = new Engine(EngineOptions.defaults())) {
      for (int round = 0; round < 10; round++) {
        ScriptStore plain = new MemoryScriptStore();
        ScriptStore started = new MemoryScriptStore();
        fill(random, plain, started);
        String selector = "x_total[" + (1 + random.nextInt(200)) + "s]";
        String parameter =
            function.equals("quantile_over_time") ? random.nextInt(-1, 12) / 10.0 + ", " : "";
        String query =
            "%s(%s%s offset %ds)".formatted(function, parameter, selector, random.nextInt(20));
        QueryRequest range =
            QueryRequest.range(query, random.nextInt(50_000), 700_000, 1 + random.nextInt(30_000));
        for (QueryRequest request :
            new QueryRequest[] {range, QueryRequest.instant(query, random.nextInt(700_000))}) {
          assertThat(AnswerBits.of(engine.query(plain, request).value()))
              .as("seed=%d, round %d: %s", seed, round, request)
              .isEqualTo(AnswerBits.of(engine.query(started, request).value()));
        }
        plain.close();
        started.close();
      }
    }
  }

  private static void fill(Random random, ScriptStore plain, ScriptStore started) throws Exception {
    Appender to = plain.appender();
    Appender toStarted = started.appender();
    long firstMs = random.nextInt(5_000);
    for (int series = 0; series < SERIES; series++) {
      Labels labels = Labels.of("__name__", "x_total", "i", "%02d".formatted(series));
      long ref = to.series(labels);
      long startedRef = toStarted.series(labels);
      double value = series % 3 == 0 ? 1e-3 * random.nextDouble() : random.nextInt(100);
      long timeMs = firstMs;
      for (int k = 0; k < SAMPLES; k++) {
        // Most series share their timestamps; some have gaps.
        timeMs += series % 4 == 3 && random.nextInt(10) == 0 ? 60_000 : 4_999 + (k & 1);
        value = next(random, series, value);
        to.add(ref, timeMs, value);
        toStarted.add(startedRef, timeMs, value);
        toStarted.startTimestamp(1);
      }
    }
    to.commit();
    toStarted.commit();
  }

  private static double next(Random random, int series, double value) {
    if (series % 5 == 4 && random.nextInt(20) == 0) {
      return HARD[random.nextInt(HARD.length)];
    }
    if (random.nextInt(15) == 0 || !Double.isFinite(value)) {
      return random.nextInt(3);
    }
    return series % 2 == 0 ? value + random.nextInt(50) : value + random.nextGaussian();
  }
}

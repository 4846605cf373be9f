package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.testing.SharedData;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bits of an answer do not depend on how many workers there are, nor do its annotations. Every
 * query of the shared scripts is asked with 1, 2 and 7 workers that take two series at a time.
 */
class WorkersTest {
  private static final int MORSEL_SERIES = 2;

  private final List<Engine> engines =
      Stream.of(1, 2, 7)
          .map(count -> new Engine(ScriptRunner.engineOptions().withWorkers(count, MORSEL_SERIES)))
          .toList();

  @AfterEach
  void closeEngines() {
    engines.forEach(Engine::close);
  }

  static List<Path> scripts() throws Exception {
    try (Stream<Path> files = Files.walk(SharedData.promql("."))) {
      return files.filter(file -> file.toString().endsWith(".test")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyScriptHasOneAnswer(Path script) throws Exception {
    ScriptStore store = new MemoryScriptStore();
    int evals = 0;
    for (Command command : ScriptReader.read(Files.readAllLines(script))) {
      switch (command) {
        case Command.Clear _ -> {
          store.close();
          store = new MemoryScriptStore();
        }
        case Command.Load load -> Loader.load(load, store);
        case Command.Eval eval -> {
          checkOneAnswer(
              eval.isInstant()
                  ? QueryRequest.instant(eval.query(), eval.startMs())
                  : QueryRequest.range(eval.query(), eval.startMs(), eval.endMs(), eval.stepMs()),
              store);
          evals++;
        }
      }
    }
    store.close();
    assertThat(evals).as("evals in " + script).isPositive();
  }

  /** Morsels of any size give what a single one gives, but for the last bits of sums. */
  @ParameterizedTest
  @MethodSource("scripts")
  void smallMorselsPassWhatOneMorselPasses(Path script) throws Exception {
    EngineOptions whole = ScriptRunner.engineOptions();
    List<EvalOutcome> expected = ScriptRunner.run(script, MemoryScriptStore::new, whole);
    List<EvalOutcome> found =
        ScriptRunner.run(script, MemoryScriptStore::new, whole.withWorkers(2, MORSEL_SERIES));

    assertThat(found.stream().map(WorkersTest::summary).toList())
        .isEqualTo(expected.stream().map(WorkersTest::summary).toList());
  }

  private static String summary(EvalOutcome outcome) {
    return outcome.line() + " " + outcome.query() + " " + outcome.result();
  }

  @Test
  void sumsOfManySeriesHaveOneAnswer() throws Exception {
    long seed = Long.getLong("seed", 42);
    Random random = new Random(seed);
    ScriptStore store = new MemoryScriptStore();
    Appender appender = store.appender();
    for (int i = 0; i < 101; i++) {
      long ref =
          appender.series(
              Labels.of("__name__", "x_total", "a", "" + i % 3, "le", "" + i % 5, "i", "" + i));
      double value = 0;
      for (int minute = 0; minute < 60; minute++) {
        if (random.nextInt(8) > 0) {
          value = random.nextInt(9) == 0 ? 0 : value + random.nextDouble() * 1e6;
          appender.add(ref, minute * 60_000L + i % 4, value);
        }
      }
    }
    appender.commit();
    for (String query :
        List.of(
            "sum(x_total)",
            "avg by (a) (rate(x_total[5m]))",
            "stddev without (i) (increase(x_total[7m]))",
            "topk(3, x_total)",
            "bottomk by (a) (2, rate(x_total[5m]))",
            "quantile(0.7, x_total)",
            "sum(histogram_quantile(0.9, rate(x_total[5m])))",
            "max(max_over_time(x_total[10m])) - min(min_over_time(x_total[10m]))",
            "sum by (a) (avg_over_time(x_total[10m]))",
            "sum(sum_over_time(rate(x_total[2m])[10m:1m]))")) {
      checkOneAnswer(QueryRequest.range(query, 0, 3_600_000, 45_000), store);
    }
    store.close();
  }

  private void checkOneAnswer(QueryRequest request, ScriptStore store) {
    String expected = answer(engines.getFirst(), request, store);
    for (Engine engine : engines) {
      assertThat(answer(engine, request, store)).as(request.query()).isEqualTo(expected);
    }
  }

  private static String answer(Engine engine, QueryRequest request, ScriptStore store) {
    try {
      QueryResult result = engine.query(store, request);
      return bits(result.value()) + result.warnings() + result.infos() + result.samplesRead();
    } catch (QueryException e) {
      return "failed: " + e.getMessage();
    }
  }

  static String bits(QueryResult.Value value) {
    return switch (value) {
      case QueryResult.Scalar(var timeMs, var number) -> timeMs + bits(number);
      case QueryResult.Text(var timeMs, var text) -> timeMs + text;
      case QueryResult.Vector(var samples) ->
          samples.stream()
              .map(s -> s.labels() + bits(s.value()) + bits(s.histogram()))
              .toList()
              .toString();
      case QueryResult.Matrix(var series) -> series.stream().map(WorkersTest::bits).toList() + "";
    };
  }

  private static String bits(QueryResult.Points points) {
    List<String> parts = new ArrayList<>();
    parts.add(points.labels() + Arrays.toString(points.timestampsMs()));
    var histograms = points.histograms();
    for (int i = 0; i < points.values().length; i++) {
      parts.add(
          histograms != null && histograms[i] != null
              ? bits(histograms[i])
              : bits(points.values()[i]));
    }
    return parts.toString();
  }

  private static String bits(double value) {
    return " " + Long.toHexString(Double.doubleToRawLongBits(value));
  }

  private static String bits(@Nullable Histogram histogram) {
    return histogram == null
        ? ""
        : histogram + bits(histogram.count()) + bits(histogram.sum()) + histogram.hashCode();
  }
}

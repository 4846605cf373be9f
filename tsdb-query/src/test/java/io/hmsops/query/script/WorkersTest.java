package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.testing.AnswerBits;
import io.hmsops.query.testing.SharedData;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bits of an answer do not depend on how many workers there are, nor do its annotations; nor on
 * where the samples are. Every query of the shared scripts is asked with 1, 2 and 7 workers that
 * take two series at a time, over the model and over the engine: all in the head, all in blocks,
 * half and half.
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
    List<ScriptStore> stores = emptyStores();
    int evals = 0;
    for (Command command : ScriptReader.read(Files.readAllLines(script))) {
      switch (command) {
        case Command.Clear _ -> {
          close(stores);
          stores = emptyStores();
        }
        case Command.Load load -> {
          for (ScriptStore store : stores) {
            Loader.load(load, store);
          }
        }
        case Command.Eval eval -> {
          checkOneAnswer(
              eval.isInstant()
                  ? QueryRequest.instant(eval.query(), eval.startMs())
                  : QueryRequest.range(eval.query(), eval.startMs(), eval.endMs(), eval.stepMs()),
              stores);
          evals++;
        }
      }
    }
    close(stores);
    assertThat(evals).as("evals in " + script).isPositive();
  }

  private static List<ScriptStore> emptyStores() {
    List<ScriptStore> stores = new ArrayList<>(List.of(new MemoryScriptStore()));
    for (TsdbScriptStore.Layout layout : TsdbScriptStore.Layout.values()) {
      stores.add(new TsdbScriptStore(layout));
    }
    return stores;
  }

  private static void close(List<ScriptStore> stores) throws Exception {
    for (ScriptStore store : stores) {
      store.close();
    }
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
    List<ScriptStore> stores = emptyStores();
    for (ScriptStore store : stores) {
      fill(store, new Random(seed));
    }
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
      checkOneAnswer(QueryRequest.range(query, 0, 3_600_000, 45_000), stores);
    }
    close(stores);
  }

  private static void fill(ScriptStore store, Random random) throws Exception {
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
  }

  private void checkOneAnswer(QueryRequest request, List<ScriptStore> stores) {
    Answered model = answer(engines.getFirst(), request, stores.getFirst());
    for (int i = 0; i < stores.size(); i++) {
      Answered one = answer(engines.getFirst(), request, stores.get(i));
      assertThat(one.withoutHints)
          .as("store %d: %s", i, request.query())
          .isEqualTo(model.withoutHints);
      for (Engine engine : engines) {
        assertThat(answer(engine, request, stores.get(i)))
            .as("store %d, %d workers: %s", i, engine.options().workers(), request.query())
            .isEqualTo(one);
      }
    }
  }

  /** What is known of resets before histograms depends on where the store begins chunks. */
  private record Answered(String all, String withoutHints) {}

  private static Answered answer(Engine engine, QueryRequest request, ScriptStore store) {
    try {
      QueryResult result = engine.query(store, request);
      String annotations = "" + result.warnings() + result.infos();
      return new Answered(
          AnswerBits.of(result.value()) + annotations + result.samplesRead(),
          AnswerBits.withoutHints(result.value()) + annotations);
    } catch (QueryException e) {
      String failure = "failed: " + e.getMessage();
      return new Answered(failure, failure);
    }
  }
}

package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.script.EvalOutcome.Result;
import io.hmsops.query.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs all shared scripts on the naive store and on the engine and prints a table. Every eval
 * passes, but for those that {@code docs/query/differences.md} argues; {@code
 * conformance-floor.properties} holds how many there are per file, so that none gets lost.
 *
 * <p>{@code -Dhms.conformance.show=NAME} prints each eval of files with that name that does not
 * pass.
 */
class ConformanceTest {
  private static final String FLOORS = "/conformance-floor.properties";

  /** What depends on an order that was arbitrary where the answers were recorded. */
  private static final Set<String> ARBITRARY = Set.of("recorded/recorded-1016.test:889");

  /** So few series make a morsel that small scripts give several workers something to do. */
  private static final int MORSEL_SERIES = 2;

  /**
   * The same answers from the naive model and from the engine, wherever its samples are and however
   * many workers there are; {@code WorkersTest} holds the bits of all combinations.
   */
  static Stream<Arguments> ways() {
    return Stream.of(
        way("model", MemoryScriptStore::new, ScriptRunner.engineOptions()),
        way("engine, head, 1 worker", TsdbScriptStore.Layout.HEAD, 1),
        way("engine, blocks, 2 workers", TsdbScriptStore.Layout.BLOCKS, 2),
        way("engine, head and blocks, 7 workers", TsdbScriptStore.Layout.MIXED, 7));
  }

  private static Arguments way(String name, TsdbScriptStore.Layout layout, int workers) {
    return way(
        name,
        () -> new TsdbScriptStore(layout),
        ScriptRunner.engineOptions().withWorkers(workers, MORSEL_SERIES));
  }

  private static Arguments way(String name, Supplier<ScriptStore> stores, EngineOptions options) {
    return Arguments.of(Named.of(name, stores), options);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void everyEvalPasses(Supplier<ScriptStore> stores, EngineOptions options) throws Exception {
    Path directory = SharedData.promql(".");
    Properties floors = floors();
    List<String> fallen = new ArrayList<>();
    Set<String> failed = new TreeSet<>();
    int passes = 0;
    int evals = 0;
    System.out.printf("%-34s %6s %6s %6s %6s%n", "script", "pass", "fail", "error", "unsup");
    for (Path script : scripts(directory)) {
      String name = directory.relativize(script).toString();
      List<EvalOutcome> outcomes = ScriptRunner.run(script, stores, options);
      long pass = count(outcomes, Result.PASS);
      System.out.printf(
          "%-34s %6d %6d %6d %6d%n",
          name,
          pass,
          count(outcomes, Result.FAIL),
          count(outcomes, Result.ERROR),
          count(outcomes, Result.UNSUPPORTED));
      show(name, outcomes);
      outcomes.stream()
          .filter(outcome -> outcome.result() != Result.PASS)
          .forEach(outcome -> failed.add(name + ":" + outcome.line()));
      long floor = Long.parseLong(floors.getProperty(name, "0"));
      if (pass < floor) {
        fallen.add("%s: %d passes (floor: %d)".formatted(name, pass, floor));
      }
      passes += (int) pass;
      evals += outcomes.size();
    }
    System.out.printf("total: %d of %d pass%n", passes, evals);
    assertThat(evals).as("evals found").isPositive();
    assertThat(fallen).isEmpty();
    assertThat(failed).isEqualTo(ARBITRARY);
  }

  private static List<Path> scripts(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".test")).sorted().toList();
    }
  }

  private static long count(List<EvalOutcome> outcomes, Result result) {
    return outcomes.stream().filter(outcome -> outcome.result() == result).count();
  }

  private static void show(String name, List<EvalOutcome> outcomes) {
    String wanted = System.getProperty("hms.conformance.show", "");
    if (wanted.isEmpty() || !name.contains(wanted)) {
      return;
    }
    for (EvalOutcome outcome : outcomes) {
      if (outcome.result() != Result.PASS) {
        System.out.printf(
            "  %s:%d %s %s%n    wanted: %s%n    got: %s%n",
            name,
            outcome.line(),
            outcome.result(),
            outcome.query(),
            outcome.expected().replace("\n", "\n            "),
            outcome.got());
      }
    }
  }

  private static Properties floors() throws IOException {
    Properties floors = new Properties();
    try (InputStream in =
        Objects.requireNonNull(ConformanceTest.class.getResourceAsStream(FLOORS), FLOORS)) {
      floors.load(in);
    }
    return floors;
  }
}

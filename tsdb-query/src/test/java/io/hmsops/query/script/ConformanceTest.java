package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

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

  /** The same answers from the naive model and from the engine, wherever its samples are. */
  static Stream<Named<Supplier<ScriptStore>>> stores() {
    return Stream.concat(
        Stream.of(Named.of("model", MemoryScriptStore::new)),
        Stream.of(TsdbScriptStore.Layout.values())
            .map(layout -> Named.of("engine: " + layout, () -> new TsdbScriptStore(layout))));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void everyEvalPasses(Supplier<ScriptStore> stores) throws Exception {
    Path directory = SharedData.promql(".");
    Properties floors = floors();
    List<String> fallen = new ArrayList<>();
    Set<String> failed = new TreeSet<>();
    int passes = 0;
    int evals = 0;
    System.out.printf("%-34s %6s %6s %6s %6s%n", "script", "pass", "fail", "error", "unsup");
    for (Path script : scripts(directory)) {
      String name = directory.relativize(script).toString();
      List<EvalOutcome> outcomes = ScriptRunner.run(script, stores, ScriptRunner.engineOptions());
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

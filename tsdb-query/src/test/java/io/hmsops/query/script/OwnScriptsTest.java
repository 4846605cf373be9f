package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the scripts of our own, whose answers were worked out by hand: those in {@code full} with
 * all features, those in {@code typed} with type and unit labels as well, those in {@code plain}
 * with none.
 */
class OwnScriptsTest {
  private static final Path DIRECTORY = Path.of("src", "test", "resources", "scripts");

  static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(DIRECTORY)) {
      return files.filter(file -> file.toString().endsWith(".test")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyEvalPasses(Path script) throws Exception {
    EngineOptions all = ScriptRunner.engineOptions();
    Set<Feature> features =
        switch (Objects.requireNonNull(script.getParent()).getFileName().toString()) {
          case "full" -> all.features();
          case "typed" -> {
            Set<Feature> typed = EnumSet.copyOf(all.features());
            typed.add(Feature.TYPE_AND_UNIT_LABELS);
            yield typed;
          }
          default -> Set.of();
        };
    EngineOptions options =
        new EngineOptions(features, all.maxSamples(), all.defaultSubqueryStepMs());
    List<Supplier<ScriptStore>> stores =
        List.of(MemoryScriptStore::new, () -> new TsdbScriptStore(TsdbScriptStore.Layout.MIXED));
    List<String> failures = new ArrayList<>();
    int evals = 0;
    for (Supplier<ScriptStore> store : stores) {
      for (EvalOutcome outcome : ScriptRunner.run(script, store, options)) {
        evals++;
        if (outcome.result() != EvalOutcome.Result.PASS) {
          failures.add(
              "line %d: %s%n  wanted %s%n  got %s"
                  .formatted(outcome.line(), outcome.query(), outcome.expected(), outcome.got()));
        }
      }
    }
    assertThat(evals).isPositive();
    assertThat(failures).isEmpty();
  }
}

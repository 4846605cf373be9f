package io.hmsops.query.script;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;

/** Runs {@code .test} scripts. Stateless; each run has stores of its own. */
public final class ScriptRunner {
  private static final long MAX_SAMPLES = 10_000;
  private static final long SUBQUERY_STEP_MS = 60_000;

  private ScriptRunner() {}

  /**
   * {@return the engine settings that scripts assume: everything experimental on, names removed at
   * the end of the query, start timestamps in use, a subquery step of one minute, 10 000 samples
   * per query} The look-back is always five minutes.
   */
  public static EngineOptions engineOptions() {
    EnumSet<Feature> features = EnumSet.allOf(Feature.class);
    features.remove(Feature.TYPE_AND_UNIT_LABELS);
    features.remove(Feature.PER_STEP_STATS);
    return new EngineOptions(features, MAX_SAMPLES, SUBQUERY_STEP_MS);
  }

  /**
   * {@return one outcome per {@code eval}, in the order of the script}
   *
   * @param script the file
   * @param stores makes an empty store, at the start and at each {@code clear}; the runner closes
   *     it
   * @param options the engine's settings, usually {@link #engineOptions}
   * @throws ScriptException if the script cannot be read, or its samples cannot be loaded
   * @throws IOException if the file cannot be read or a store fails to close
   */
  public static List<EvalOutcome> run(
      Path script, Supplier<? extends ScriptStore> stores, EngineOptions options)
      throws ScriptException, IOException {
    return run(script.toString(), Files.readAllLines(script), stores, options);
  }

  /**
   * {@return one outcome per {@code eval}, in the order of the script}
   *
   * @param name what to call the script in the outcomes
   * @param lines the script
   * @param stores makes an empty store, at the start and at each {@code clear}; the runner closes
   *     it
   * @param options the engine's settings, usually {@link #engineOptions}
   * @throws ScriptException if the script cannot be read, or its samples cannot be loaded
   * @throws TsdbException if a store fails to close
   */
  public static List<EvalOutcome> run(
      String name,
      List<String> lines,
      Supplier<? extends ScriptStore> stores,
      EngineOptions options)
      throws ScriptException, TsdbException {
    List<EvalOutcome> outcomes = new ArrayList<>();
    ScriptStore store = stores.get();
    try (Engine engine = new Engine(options)) {
      for (Command command : ScriptReader.read(lines)) {
        switch (command) {
          case Command.Clear _ -> {
            store.close();
            store = stores.get();
          }
          case Command.Load load -> Loader.load(load, store);
          case Command.Eval eval ->
              outcomes.add(new EvalRun(name, eval, store, engine, options.features()).run());
        }
      }
    } finally {
      store.close();
    }
    return outcomes;
  }
}

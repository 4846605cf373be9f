package io.hmsops.server.app;

import io.hmsops.query.script.EvalOutcome;
import io.hmsops.query.script.ScriptException;
import io.hmsops.query.script.ScriptRunner;
import io.hmsops.server.notify.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hms promql test}. */
@Command(
    name = "test",
    description = "Run .test scripts on the real engine; exit 0 only if every eval passes.",
    mixinStandardHelpOptions = true)
final class PromqlTestCommand implements Callable<Integer> {
  private static final String SUFFIX = ".test";

  @Parameters(
      paramLabel = "DIR|FILE",
      arity = "1..*",
      description = "Scripts, or directories of them")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = "--json",
      description =
          "One JSON object a line for each eval (file, line, query, result, expected, got), then a"
              + " summary")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  private final Map<EvalOutcome.Result, Integer> counts = new EnumMap<>(EvalOutcome.Result.class);

  @Override
  public Integer call() throws Failure {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    for (EvalOutcome.Result result : EvalOutcome.Result.values()) {
      counts.put(result, 0);
    }
    for (Path script : scripts()) {
      List<EvalOutcome> outcomes = run(script);
      outcomes.forEach(outcome -> counts.merge(outcome.result(), 1, Integer::sum));
      if (json) {
        outcomes.forEach(outcome -> out.println(line(outcome)));
      } else {
        print(out, script, outcomes);
      }
    }
    out.println(json ? Json.write(summary()) : text());
    int passed = count(EvalOutcome.Result.PASS);
    return passed == total() && passed > 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Path> scripts() throws Failure {
    List<Path> scripts = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new Failure(ExitCode.USAGE, "%s: no such file or directory".formatted(path), null);
      }
      try (Stream<Path> files = Files.walk(path)) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> file.equals(path) || file.toString().endsWith(SUFFIX))
            .sorted()
            .forEach(scripts::add);
      } catch (IOException e) {
        throw new Failure(ExitCode.FAILED, "%s: cannot be listed: %s".formatted(path, e), e);
      }
    }
    return scripts;
  }

  /** A script that cannot be run counts as one error: nothing of it may pass unseen. */
  private static List<EvalOutcome> run(Path script) {
    try {
      return ScriptRunner.run(script, TemporaryStore::open, ScriptRunner.engineOptions());
    } catch (ScriptException | IOException e) {
      return List.of(
          new EvalOutcome(
              script.toString(),
              e instanceof ScriptException located ? located.line() : 0,
              "",
              EvalOutcome.Result.ERROR,
              "a script that can be run",
              String.valueOf(e.getMessage())));
    }
  }

  private static String line(EvalOutcome outcome) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("file", outcome.file());
    fields.put("line", (long) outcome.line());
    fields.put("query", outcome.query());
    fields.put("result", name(outcome.result()));
    fields.put("expected", outcome.expected());
    fields.put("got", outcome.got());
    return Json.write(fields);
  }

  private static void print(PrintWriter out, Path script, List<EvalOutcome> outcomes) {
    long passed = outcomes.stream().filter(o -> o.result() == EvalOutcome.Result.PASS).count();
    out.printf("%s: %d of %d%n", script, passed, outcomes.size());
    for (EvalOutcome outcome : outcomes) {
      if (outcome.result() != EvalOutcome.Result.PASS) {
        out.printf(
            "  %s:%d: %s: %s%n    expected %s%n    got      %s%n",
            outcome.file(),
            outcome.line(),
            name(outcome.result()),
            outcome.query(),
            outcome.expected().replace("\n", "\n             "),
            outcome.got().replace("\n", "\n             "));
      }
    }
  }

  private Map<String, @Nullable Object> summary() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("summary", true);
    counts.forEach((result, count) -> fields.put(name(result), (long) count));
    fields.put("total", (long) total());
    return fields;
  }

  private String text() {
    return "%d passed, %d failed, %d errors, %d unsupported"
        .formatted(
            count(EvalOutcome.Result.PASS),
            count(EvalOutcome.Result.FAIL),
            count(EvalOutcome.Result.ERROR),
            count(EvalOutcome.Result.UNSUPPORTED));
  }

  private int count(EvalOutcome.Result result) {
    return counts.getOrDefault(result, 0);
  }

  private int total() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String name(EvalOutcome.Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }
}

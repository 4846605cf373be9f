package io.hmsops.server.app;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The data directory that a command works on, which no server has open. */
final class ClosedData {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = "data",
      description = "The data directory. Default: ./${DEFAULT-VALUE}")
  private Path directory = Path.of("data");

  @Spec(Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** What a command does with it. */
  @FunctionalInterface
  interface Work {
    int run(Path directory, PrintWriter out) throws IOException;
  }

  /** What a command does with the database in it. */
  @FunctionalInterface
  interface DatabaseWork {
    /** {@return the exit code} */
    int run(Tsdb store, PrintWriter out) throws IOException;
  }

  int run(Work work) throws Failure {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (!Files.exists(directory.resolve("HMS-TSDB"))) {
      throw new Failure(
          ExitCode.FAILED,
          "%s: no file HMS-TSDB in it (expected: a data directory)".formatted(directory),
          null);
    }
    try {
      return work.run(directory, out);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    } finally {
      out.flush();
    }
  }

  int runOpen(DatabaseWork work) throws Failure {
    return run(
        (path, out) -> {
          // Retention is the server's business: nothing is dropped here.
          Options defaults = Options.defaults();
          Options options =
              defaults
                  .withRetention(Duration.ofDays(365 * 1000L))
                  .withClock(InstantSource.system())
                  .withMaintenance(
                      Duration.ZERO, defaults.checkpointBytes(), defaults.walSegmentBytes());
          try (Tsdb store = Tsdb.open(path, options)) {
            return work.run(store, out);
          }
        });
  }
}

package io.hmsops.server.app;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hms promql …}: the query language without a server. */
@Command(
    name = "promql",
    description = "The query language without a server.",
    subcommands = PromqlTestCommand.class,
    mixinStandardHelpOptions = true)
final class PromqlCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "no operation given (expected: test)");
  }
}

package io.hmsops.server.app;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hms ops …}: what an operator does to a running server. */
@Command(
    name = "ops",
    description = "Operate a running server.",
    subcommands = ReloadCommand.class,
    mixinStandardHelpOptions = true)
final class OpsCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "no operation given (expected: reload)");
  }
}

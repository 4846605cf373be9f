package io.hmsops.server.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hms run}. */
@Command(
    name = "run",
    description = "Run the server.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private RunOptions options = new RunOptions();

  @Override
  public Integer call() throws Failure {
    throw new Failure(ExitCode.FAILED, "not supported yet: serving on " + options.listen, null);
  }
}

package io.hmsops.server.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hms tsdb snapshot}. */
@Command(
    name = "snapshot",
    description =
        "Copy a data directory to another, which can be opened by itself. Blocks are hard links"
            + " where the file system has them.",
    mixinStandardHelpOptions = true)
final class TsdbSnapshotCommand implements Callable<Integer> {
  @Mixin private ClosedData data = new ClosedData();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "The copy's directory, missing or empty")
  private Path target = Path.of("");

  @Override
  public Integer call() throws Failure {
    return data.runOpen(
        (store, out) -> {
          store.snapshot(target);
          out.println(target);
          return ExitCode.OK;
        });
  }
}

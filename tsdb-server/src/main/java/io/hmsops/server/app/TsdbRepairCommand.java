package io.hmsops.server.app;

import io.hmsops.tsdb.tool.Repair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hms tsdb repair}. */
@Command(
    name = "repair",
    description =
        "Take out of a data directory what is damaged, so that the rest can be read. The damaged"
            + " originals are kept below quarantine/.",
    mixinStandardHelpOptions = true)
final class TsdbRepairCommand implements Callable<Integer> {
  @Mixin private ClosedData data = new ClosedData();

  @Override
  public Integer call() throws Failure {
    return data.run(
        (directory, out) -> {
          Repair done = Repair.of(directory);
          done.actions().forEach(out::println);
          if (done.actions().isEmpty()) {
            out.println("nothing is damaged");
          }
          return ExitCode.OK;
        });
  }
}

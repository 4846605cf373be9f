package io.hmsops.server.app;

import io.hmsops.tsdb.tool.Verification;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hms tsdb verify}. */
@Command(
    name = "verify",
    description =
        "Read every byte of a data directory: all checksums, all chunks. Exit code 1 if anything is"
            + " damaged, with file and offset. Changes nothing.",
    mixinStandardHelpOptions = true)
final class TsdbVerifyCommand implements Callable<Integer> {
  @Mixin private ClosedData data = new ClosedData();

  @Override
  public Integer call() throws Failure {
    return data.run(
        (directory, out) -> {
          Verification found = Verification.of(directory);
          found.damages().forEach(out::println);
          out.printf("%d blocks, %d damages%n", found.blocks(), found.damages().size());
          return found.damages().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        });
  }
}

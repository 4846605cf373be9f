package io.hmsops.server.app;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hms tsdb compact}. */
@Command(
    name = "compact",
    description =
        "Bring a data directory into its smallest form: everything into blocks, the blocks of every"
            + " level merged, what is deleted dropped. Doing it twice changes nothing.",
    mixinStandardHelpOptions = true)
final class TsdbCompactCommand implements Callable<Integer> {
  @Mixin private ClosedData data = new ClosedData();

  @Override
  public Integer call() throws Failure {
    return data.runOpen(
        (store, out) -> {
          List<String> before = store.stats().problems();
          store.compact();
          out.printf("%d blocks, %d bytes%n", store.stats().blocks(), store.stats().blockBytes());
          List<String> problems = store.stats().problems();
          problems.forEach(out::println);
          // What was there before may be no more than the end of a crash.
          return before.containsAll(problems) ? ExitCode.OK : ExitCode.FAILED;
        });
  }
}

package io.hmsops.server.app;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.tool.prometheus.PrometheusImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hms tsdb import-prometheus}. */
@Command(
    name = "import-prometheus",
    description =
        "Import a data directory of Prometheus: its blocks, its log, the chunks of its head. Doing"
            + " it twice changes nothing. Exit code 1, with file and offset, if something cannot be"
            + " read; what was imported stays.",
    mixinStandardHelpOptions = true)
final class TsdbImportPrometheusCommand implements Callable<Integer> {
  /** Longer than anything is kept: what is imported may be older than any default. */
  private static final Duration FOREVER = Duration.ofDays(365 * 1000L);

  @Parameters(
      paramLabel = "DIR",
      description = "The data directory of Prometheus, which is stopped, or a snapshot of it")
  private Path source = Path.of("");

  @Option(
      names = {"--data", "--storage.tsdb.path"},
      paramLabel = "DIR",
      defaultValue = "data",
      description = "The data directory to import into. Default: ./${DEFAULT-VALUE}")
  private Path data = Path.of("data");

  @Option(
      names = "--skip-damaged",
      description =
          "Import a block with damaged chunks without them. Default: such a block is not imported")
  private boolean skipDamaged;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Failure {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Options options =
        Options.defaults().toBuilder()
            .retention(FOREVER)
            .maintenanceInterval(Duration.ZERO)
            .outOfOrderWindow(FOREVER)
            .maxAhead(FOREVER)
            .build();
    try {
      PrometheusImport done =
          PrometheusImport.of(
              source,
              data,
              options,
              skipDamaged,
              line -> {
                out.println(line);
                out.flush();
              });
      print(done, out);
      boolean complete = done.damages().isEmpty() && done.head().refused() == 0;
      return complete ? ExitCode.OK : ExitCode.FAILED;
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    } finally {
      out.flush();
    }
  }

  private void print(PrometheusImport done, PrintWriter out) {
    PrometheusImport.HeadPart head = done.head();
    out.printf(
        "%d blocks imported (%d samples of %d series), %d were there already%n",
        done.blocks(), done.blockSamples(), done.blockSeries(), done.knownBlocks());
    out.printf(
        "head: %d samples imported, %d were there already, %d refused, %d of unknown series; %d exemplars%n",
        head.accepted(),
        head.duplicates(),
        head.refused(),
        head.ofUnknownSeries(),
        head.exemplars());
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    head.refusals().forEach(refusal -> err.println("hms: the first refusal: " + refusal));
    done.damages().forEach(damage -> err.println("hms: " + damage));
    err.flush();
  }
}

package io.hmsops.server.app;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hms tsdb …}: work on a data directory that no server has open. */
@Command(
    name = "tsdb",
    description = "Work on a data directory that no server has open.",
    subcommands = {
      ImportOpenMetricsCommand.class,
      TsdbAnalyzeCommand.class,
      TsdbCompactCommand.class,
      TsdbExportPrometheusCommand.class,
      TsdbImportPrometheusCommand.class,
      TsdbInspectCommand.class,
      TsdbRepairCommand.class,
      TsdbSnapshotCommand.class,
      TsdbVerifyCommand.class
    },
    mixinStandardHelpOptions = true)
final class TsdbCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "no operation given (expected: analyze, compact, export-prometheus,"
            + " import-openmetrics, import-prometheus, inspect, repair, snapshot or verify)");
  }
}

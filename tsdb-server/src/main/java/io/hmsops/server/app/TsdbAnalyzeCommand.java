package io.hmsops.server.app;

import io.hmsops.tsdb.tool.Analysis;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hms tsdb analyze}. */
@Command(
    name = "analyze",
    description =
        "Show what takes the room in blocks: series and bytes by metric, values by label, and how"
            + " many series come and go. What is not in blocks yet is not counted.",
    mixinStandardHelpOptions = true)
final class TsdbAnalyzeCommand implements Callable<Integer> {
  @Mixin private ClosedData data = new ClosedData();

  @Option(
      names = "--limit",
      defaultValue = "20",
      description = "How many lines of each kind. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Override
  public Integer call() throws Failure {
    if (limit < 0) {
      throw new Failure(
          ExitCode.USAGE, "--limit: %d (expected: at least 0)".formatted(limit), null);
    }
    return data.run(
        (directory, out) -> {
          print(Analysis.of(directory), out);
          return ExitCode.OK;
        });
  }

  private void print(Analysis analysis, PrintWriter out) {
    out.printf("%d series%n", analysis.series());
    out.println("metrics, by series:");
    analysis.metrics().stream()
        .limit(limit)
        .forEach(
            metric ->
                out.printf(
                    "  %s series=%d chunks=%d bytes=%d%n",
                    metric.name(), metric.series(), metric.chunks(), metric.valueBytes()));
    out.println("labels, by values:");
    analysis.labels().stream()
        .limit(limit)
        .forEach(
            label ->
                out.printf(
                    "  %s values=%d series=%d%n", label.name(), label.values(), label.series()));
    out.println("blocks, by time:");
    analysis
        .churn()
        .forEach(
            block ->
                out.printf(
                    "  %s series=%d new=%d gone=%d%n",
                    block.block(), block.series(), block.appeared(), block.disappeared()));
  }
}

package io.hmsops.server.app;

import io.hmsops.tsdb.tool.Inspection;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hms tsdb inspect}. */
@Command(
    name = "inspect",
    description = "Show blocks, their ranges, levels, series, samples and bytes per file.",
    mixinStandardHelpOptions = true)
final class TsdbInspectCommand implements Callable<Integer> {
  @Mixin private ClosedData data = new ClosedData();

  @Override
  public Integer call() throws Failure {
    return data.run(
        (directory, out) -> {
          Inspection found = Inspection.of(directory);
          for (Inspection.BlockEntry block : found.blocks()) {
            out.printf(
                "%s level=%d from=%s to=%s series=%d samples=%d bytes=%d%s%n",
                block.name(),
                block.level(),
                Instant.ofEpochMilli(block.minTimeMs()),
                Instant.ofEpochMilli(block.maxTimeMs()),
                block.series(),
                block.samples(),
                block.sizeBytes(),
                block.hasTombstones() ? " deletions" : "");
            out.println(
                block.files().stream()
                    .map(file -> file.name() + "=" + file.sizeBytes())
                    .collect(Collectors.joining(" ", "  ", "")));
          }
          long samples = found.blocks().stream().mapToLong(Inspection.BlockEntry::samples).sum();
          long bytes = found.blocks().stream().mapToLong(Inspection.BlockEntry::sizeBytes).sum();
          out.printf(
              "%d blocks, %d samples, %d bytes; log %d bytes, checkpoint %d bytes%n",
              found.blocks().size(), samples, bytes, found.walBytes(), found.checkpointBytes());
          found.problems().forEach(problem -> out.println("cannot be opened: " + problem));
          return found.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        });
  }
}

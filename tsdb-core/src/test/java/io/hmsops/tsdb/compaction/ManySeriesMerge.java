package io.hmsops.tsdb.compaction;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes two blocks of many series with a label value of their own each, and merges them. Run with
 * a small heap. Arguments: the directory, how many series.
 */
final class ManySeriesMerge {
  private static final long T0 = 1_700_006_400_000L;
  private static final long RANGE_MS = 7_200_000;

  private ManySeriesMerge() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    int series = Integer.parseInt(args[1]);
    Disk disk = Disk.real();
    Block first = write(disk, directory, series, 0);
    Block second = write(disk, directory, series, 1);
    Path merged =
        BlockMerge.write(disk, directory, List.of(first, second), "merged", 1, true).orElseThrow();
    Block block = Block.open(disk, merged);
    System.out.printf("%d samples%n", block.sampleCount());
    block.release();
    first.release();
    second.release();
  }

  private static Block write(Disk disk, Path directory, int series, int number) throws IOException {
    long startMs = T0 + number * RANGE_MS;
    BlockWriter.Plan plan = BlockWriter.Plan.ofCut(startMs, startMs + RANGE_MS, number + 1L);
    try (BlockWriter writer = BlockWriter.create(disk, directory, "block-" + number, plan)) {
      for (int i = 0; i < series; i++) {
        boolean[] done = {false};
        double value = i;
        writer.add(
            labels(i),
            into -> {
              into.clear();
              if (!done[0]) {
                into.add(startMs, value);
              }
              boolean more = !done[0];
              done[0] = true;
              return more;
            });
      }
      return Block.open(disk, writer.finish());
    }
  }

  private static Labels labels(int i) {
    return Labels.of(
        "__name__",
        "many",
        "instance",
        "host-%03d".formatted(i / 1000),
        "user",
        "user-%08d".formatted(i));
  }
}

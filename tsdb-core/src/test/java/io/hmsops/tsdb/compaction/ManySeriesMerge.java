package io.hmsops.tsdb.compaction;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes two blocks of many series with a label value of their own each, or of many buckets of
 * histograms, which alternate, and merges them. Run with a small heap. Arguments: the directory,
 * how many series, {@code series} or {@code buckets}.
 */
final class ManySeriesMerge {
  private static final long T0 = 1_700_006_400_000L;
  private static final long RANGE_MS = 7_200_000;
  private static final long STEP_MS = 60_000;
  private static final int BUCKET_SAMPLES = 50;
  private static final String[] BOUNDS = {"+Inf", "0.1", "0.5", "1", "5"};

  private ManySeriesMerge() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    int series = Integer.parseInt(args[1]);
    boolean buckets = args[2].equals("buckets");
    Disk disk = Disk.real();
    Block first = write(disk, directory, series, buckets, 0);
    Block second = write(disk, directory, series, buckets, 1);
    Path merged =
        BlockMerge.write(disk, directory, List.of(first, second), "merged", 1, true).orElseThrow();
    Block block = Block.open(disk, merged);
    System.out.printf("%d samples%n", block.sampleCount());
    block.release();
    first.release();
    second.release();
  }

  private static Block write(Disk disk, Path directory, int series, boolean buckets, int number)
      throws IOException {
    long startMs = T0 + number * RANGE_MS;
    BlockWriter.Plan plan = BlockWriter.Plan.ofCut(startMs, startMs + RANGE_MS, number + 1L);
    try (BlockWriter writer = BlockWriter.create(disk, directory, "block-" + number, plan)) {
      for (int i = 0; i < series; i++) {
        boolean[] done = {false};
        int index = i;
        writer.add(
            buckets ? bucket(i, series) : labels(i),
            into -> {
              into.clear();
              for (int s = 0; !done[0] && s < (buckets ? BUCKET_SAMPLES : 1); s++) {
                into.add(startMs + s * STEP_MS, buckets ? count(index, series, s) : index);
              }
              boolean more = !done[0];
              done[0] = true;
              return more;
            });
      }
      return Block.open(disk, writer.finish());
    }
  }

  /** All first buckets, then all second ones. */
  private static Labels bucket(int i, int series) {
    int histograms = series / BOUNDS.length;
    return Labels.of(
        "__name__",
        "seconds_bucket",
        "le",
        BOUNDS[i / histograms],
        "user",
        "user-%08d".formatted(i % histograms));
  }

  /** Of each histogram the buckets count nearly the same. */
  private static double count(int i, int series, int sample) {
    int histogram = i % (series / BOUNDS.length);
    long mixed = (sample + 31L * histogram) * 0x9E37_79B9_7F4A_7C15L;
    return 1000.0 * sample + (mixed >>> 55) - (i == histogram ? 0 : 1);
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

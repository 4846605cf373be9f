package io.hmsops.benchmarks.block;

import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Question: what does it cost to open a directory of many blocks, and how much of their files is
 * read?
 *
 * <p>{@code build DIRECTORY BLOCKS SERIES} writes blocks of 2 h with 480 samples a series; {@code
 * open DIRECTORY} opens the directory three times, tells time, CPU and how much of the mapped files
 * is in memory afterwards (what was not read is not), then reads one series over all blocks.
 *
 * <p>Last result: {@code docs/benchmarks.md}.
 */
public final class OpenLoad {
  private static final long START_MS = 1_700_006_400_000L;
  private static final long RANGE_MS = 2 * 3_600_000L;
  private static final int SAMPLES = 480;

  private static final Options OPTIONS =
      Options.defaults().withMaintenance(Duration.ZERO, 1L << 40, 1L << 40).toBuilder()
          .retention(Duration.ofDays(36_500))
          .build();

  private OpenLoad() {}

  /**
   * Runs the load.
   *
   * @param args see above
   * @throws IOException if the directory cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[1]);
    if (args[0].equals("build")) {
      build(directory, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    } else {
      for (int i = 0; i < 3; i++) {
        open(directory);
      }
    }
  }

  private static Labels labels(int i) {
    return Labels.of(
        "__name__", "bench_requests_total",
        "instance", "10.0.0.%03d:9100".formatted(i % 250),
        "series", "%06d".formatted(i));
  }

  private static void build(Path directory, int blocks, int series) throws IOException {
    Tsdb.open(directory, OPTIONS).close();
    Disk disk = Disk.real();
    for (int i = 0; i < blocks; i++) {
      long startMs = START_MS + i * RANGE_MS;
      long endMs = startMs + RANGE_MS;
      BlockWriter.Plan plan = BlockWriter.Plan.ofCut(startMs, endMs, i + 1L);
      try (BlockWriter writer =
          BlockWriter.create(
              disk,
              directory.resolve("blocks"),
              "%d-%d-%d".formatted(startMs, endMs, i + 1),
              plan)) {
        for (int number : order(series)) {
          writer.add(labels(number), new OneBatch(batch -> fill(batch, startMs, number)));
        }
        var _ = writer.finish();
      }
    }
  }

  /** {@return the numbers of the series in the order of their labels} */
  private static List<Integer> order(int series) {
    return Stream.iterate(0, i -> i + 1)
        .limit(series)
        .sorted((a, b) -> labels(a).compareTo(labels(b)))
        .toList();
  }

  /** Adds the samples of one series of one block. */
  private static void fill(SampleBatch into, long startMs, int number) {
    for (int i = 0; i < SAMPLES; i++) {
      into.add(startMs + i * (RANGE_MS / SAMPLES), (double) i * (number % 97) + (i * 7 % 11));
    }
  }

  private static void open(Path directory) throws IOException {
    long nanos = System.nanoTime();
    double cpu = cpuSeconds();
    try (Tsdb db = Tsdb.open(directory, OPTIONS)) {
      double wall = (System.nanoTime() - nanos) / 1e9;
      cpu = cpuSeconds() - cpu;
      System.out.printf(
          Locale.ROOT,
          "open: %d blocks of %.1f MB, %.3f s, %.3f CPU-s, %.1f MB of the mapped files in memory%n",
          db.stats().blocks(),
          db.stats().blockBytes() / 1e6,
          wall,
          cpu,
          mappedInMemory(directory) / 1e6);
      nanos = System.nanoTime();
      long samples = read(db);
      System.out.printf(
          Locale.ROOT,
          "read: one series, %d samples, %.3f s, %.1f MB of the mapped files in memory%n",
          samples,
          (System.nanoTime() - nanos) / 1e9,
          mappedInMemory(directory) / 1e6);
    }
  }

  private static long read(Tsdb db) throws IOException {
    long samples = 0;
    SampleBatch batch = new SampleBatch();
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet set =
          querier.select(
              SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE),
              List.of(LabelMatcher.equal("series", "000007")));
      while (set.next()) {
        SampleCursor cursor = set.series().samples();
        while (cursor.next(batch)) {
          samples += batch.count();
        }
      }
    }
    return samples;
  }

  /** {@return how many bytes of mapped files below a directory this process has in memory} */
  private static long mappedInMemory(Path directory) throws IOException {
    String prefix = directory.toAbsolutePath().toString();
    long bytes = 0;
    boolean ours = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        ours = line.contains(prefix);
      } else if (ours && line.startsWith("Rss:")) {
        bytes += 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return bytes;
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}

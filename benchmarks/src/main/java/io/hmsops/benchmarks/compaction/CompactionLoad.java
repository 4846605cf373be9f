package io.hmsops.benchmarks.compaction;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.hmsops.benchmarks.block.OneBatch;
import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.compaction.BlockMerge;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.SampleBatch;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * Question: what does it cost to merge blocks, all threads of the process counted, and how much
 * memory does it take?
 *
 * <p>{@code build DIRECTORY corpus|counters|buckets|cumulative N} writes six blocks of 2 h, as they
 * are cut from a head: {@code corpus} is the recorded data ({@code -Dhms.data=FILE}) of N
 * instances, {@code counters} are N counters, {@code buckets} are those of N classic histograms;
 * {@code cumulative} are the same with other label names, so that they are not de-cumulated. All
 * have a sample every 15 s.
 *
 * <p>{@code merge DIRECTORY ROUNDS} merges them, round by round: {@code plain} without the cold
 * stage, {@code cold} with it, {@code again} two such blocks into one of the next level. The first
 * round is that of a cold virtual machine.
 *
 * <p>{@code head DIRECTORY} opens a database, say with a million series that a killed server has
 * left, and brings all of it into one block.
 *
 * <p>Last result: {@code docs/benchmarks.md}.
 */
public final class CompactionLoad {
  private static final long RANGE_MS = 2 * 3_600_000L;
  private static final int BLOCKS = 6;
  private static final int SCRAPES_PER_BLOCK = (int) (RANGE_MS / SourceSeries.SCRAPE_MS);
  private static final int CORPUS_BLOCKS = 5;

  private CompactionLoad() {}

  /**
   * Runs the load.
   *
   * @param args see above
   * @throws IOException if the directory cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[1]);
    switch (args[0]) {
      case "build" -> build(directory, args[2], Integer.parseInt(args[3]));
      case "head" -> head(directory);
      default -> merge(directory, Integer.parseInt(args[2]));
    }
  }

  private static void build(Path directory, String shape, int size) throws IOException {
    boolean corpus = shape.equals("corpus");
    List<SourceSeries> all =
        switch (shape) {
          case "corpus" -> SourceSeries.corpus(size);
          case "buckets" -> SourceSeries.buckets(size, "le");
          case "cumulative" -> SourceSeries.buckets(size, "level");
          default -> SourceSeries.counters(size);
        };
    int blocks = corpus ? CORPUS_BLOCKS : BLOCKS;
    Disk disk = Disk.real();
    disk.createDirectories(directory);
    for (int i = 0; i < blocks; i++) {
      long startMs = SourceSeries.START_MS + i * RANGE_MS;
      long endMs = startMs + RANGE_MS;
      BlockWriter.Plan plan = BlockWriter.Plan.ofCut(startMs, endMs, i + 1L);
      try (BlockWriter writer =
          BlockWriter.create(disk, directory, "%d-%d-%d".formatted(startMs, endMs, i + 1), plan)) {
        for (SourceSeries series : all) {
          int from = i * SCRAPES_PER_BLOCK;
          writer.add(series.labels(), new OneBatch(batch -> fill(batch, series, from)));
        }
        Path written = writer.finish();
        System.out.printf("%s: %d series%n", written.getFileName(), all.size());
      }
    }
  }

  /** Puts the samples of one block's range into a batch. */
  private static void fill(SampleBatch into, SourceSeries series, int from) {
    into.ensureCapacity(SCRAPES_PER_BLOCK);
    series.source().fill(from, from + SCRAPES_PER_BLOCK, into.timestampsMs(), into.values());
    into.setFloatCount(SCRAPES_PER_BLOCK);
  }

  private static void head(Path directory) throws IOException {
    Peak peak = new Peak();
    Options options = Options.defaults().toBuilder().maxAhead(Duration.ofDays(40_000)).build();
    try (Tsdb db = Tsdb.open(directory, options)) {
      System.gc();
      long before = peak.begin();
      String resident = resident();
      double cpu = cpuSeconds();
      long series = db.stats().knownSeries();
      db.compact();
      System.out.printf(
          Locale.ROOT,
          "head   %d series: %.2f CPU-s, at most %.1f MB live above %.1f, %d MB of blocks; %s before, %s%n",
          series,
          cpuSeconds() - cpu,
          Math.max(0, peak.bytes() - before) / 1e6,
          before / 1e6,
          db.stats().blockBytes() >> 20,
          resident,
          resident());
    }
  }

  /** {@return what the system says of the process's memory, and of the highest there was} */
  private static String resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\s+", " "))
        .collect(Collectors.joining(", "));
  }

  private static void merge(Path directory, int rounds) throws IOException {
    Peak peak = new Peak();
    Disk disk = Disk.real();
    List<Block> sources = new ArrayList<>();
    List<Path> found;
    try (Stream<Path> entries = Files.list(directory)) {
      found = entries.filter(p -> !p.toString().contains("merged")).sorted().toList();
    }
    for (Path path : found) {
      sources.add(Block.open(disk, path));
    }
    for (int round = 0; round < rounds; round++) {
      Path plain = measure("plain", peak, directory, sources, 0, false);
      Block.delete(disk, plain);
      int half = sources.size() / 2;
      Path first = measure("cold", peak, directory, sources.subList(0, half), 1, true);
      Path second =
          measure("cold", peak, directory, sources.subList(half, sources.size()), 1, true);
      Path whole = measure("cold", peak, directory, sources, 1, true);
      List<Block> halves = List.of(Block.open(disk, first), Block.open(disk, second));
      Path again = measure("again", peak, directory, halves, 2, true);
      halves.forEach(Block::release);
      for (Path path : List.of(first, second, whole, again)) {
        Block.delete(disk, path);
      }
    }
    sources.forEach(Block::release);
  }

  private static Path measure(
      String what, Peak peak, Path directory, List<Block> blocks, int level, boolean cold)
      throws IOException {
    System.gc();
    long before = peak.begin();
    double cpu = cpuSeconds();
    Path written =
        BlockMerge.write(
                Disk.real(),
                directory,
                blocks,
                "merged-%s-%d-%d".formatted(what, blocks.getFirst().rangeStartMs(), blocks.size()),
                level,
                cold)
            .orElseThrow();
    double seconds = cpuSeconds() - cpu;
    Block block = Block.open(Disk.real(), written);
    System.out.printf(
        Locale.ROOT,
        "%-6s %d blocks, %d samples: %.2f CPU-s, %.2f M samples per CPU-s, %.4f bytes/sample,"
            + " at most %.1f MB live above %.1f%n",
        what,
        blocks.size(),
        block.sampleCount(),
        seconds,
        block.sampleCount() / 1e6 / seconds,
        (double) block.sizeBytes() / block.sampleCount(),
        Math.max(0, peak.bytes() - before) / 1e6,
        before / 1e6);
    block.release();
    return written;
  }

  /** The most that was left after a collection. */
  private static final class Peak {
    private final AtomicLong bytes = new AtomicLong();

    Peak() {
      for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
        ((NotificationEmitter) collector)
            .addNotificationListener(
                (notification, _) -> {
                  if (notification.getUserData() instanceof CompositeData data) {
                    long used = 0;
                    for (MemoryUsage usage :
                        GarbageCollectionNotificationInfo.from(data)
                            .getGcInfo()
                            .getMemoryUsageAfterGc()
                            .values()) {
                      used += usage.getUsed();
                    }
                    bytes.accumulateAndGet(used, Math::max);
                  }
                },
                null,
                null);
      }
    }

    /** {@return what is used now} Begins anew. */
    long begin() {
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      bytes.set(0);
      return used;
    }

    long bytes() {
      return bytes.get();
    }
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}

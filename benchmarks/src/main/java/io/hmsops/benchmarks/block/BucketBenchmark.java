package io.hmsops.benchmarks.block;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockSources;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.BucketValues;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: what do de-cumulated buckets cost a reader, and what do they save?
 *
 * <p>Data: a cold block of 60 invented histograms ({@link InventedHistogram}, 1 to 1,000
 * observations a scrape) of 12 buckets and 2,880 samples. {@code form}: {@code cumulative} has the
 * bounds in a label that is not {@code le}, so that nothing is de-cumulated; {@code apart} has the
 * buckets of a histogram side by side; in {@code mixed} a label behind {@code le} tells histograms
 * apart, so that they alternate. Read are all buckets in their order, or one {@code le} of every
 * histogram after another, each with whatever it is a difference from.
 *
 * <p>Command and last result: {@code docs/benchmarks.md}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BucketBenchmark {
  private static final int HISTOGRAMS = 60;
  private static final int SCRAPES = 2880;
  private static final int SAMPLES = HISTOGRAMS * SCRAPES * InventedHistogram.BUCKETS;
  private static final double[] RATES = {1, 10, 100, 1000};
  private static final int SCRAPE_MS = 15_000;

  /** How the histograms stand in the block. */
  @Param({"cumulative", "apart", "mixed"})
  public String form = "";

  private final SampleBatch batch = new SampleBatch();
  private Path directory = Path.of("");
  private List<Block> opened = List.of();

  /** Creates the state. */
  public BucketBenchmark() {}

  /**
   * Writes the block.
   *
   * @throws IOException if it cannot be written
   */
  @Setup
  public void write() throws IOException {
    directory = Files.createTempDirectory("buckets");
    SortedMap<Labels, double[]> all = new TreeMap<>();
    for (int i = 0; i < HISTOGRAMS; i++) {
      InventedHistogram histogram = InventedHistogram.of(i, RATES[i % RATES.length], SCRAPES);
      for (int bucket = 0; bucket < InventedHistogram.BUCKETS; bucket++) {
        all.put(labels(i, bucket), histogram.counts()[bucket]);
      }
    }
    BlockWriter.Plan plan =
        new BlockWriter.Plan(0, 1L << 40, 1, 1, true, new BlockSources(List.of(), List.of()));
    try (BlockWriter writer = BlockWriter.create(Disk.real(), directory, "block", plan)) {
      for (var series : all.entrySet()) {
        writer.add(series.getKey(), new OneBatch(into -> fill(into, series.getValue())));
      }
      opened = List.of(Block.open(Disk.real(), writer.finish()));
    }
  }

  private Labels labels(int histogram, int bucket) {
    return Labels.of(
        "__name__",
        "request_seconds_bucket",
        form.equals("mixed") ? "path" : "instance",
        "n%02d".formatted(histogram),
        boundName(),
        InventedHistogram.bound(bucket));
  }

  private static void fill(SampleBatch into, double[] values) {
    for (int i = 0; i < values.length; i++) {
      into.add((long) i * SCRAPE_MS, values[i]);
    }
  }

  /**
   * Deletes the block.
   *
   * @throws IOException if it cannot be deleted
   */
  @TearDown
  public void delete() throws IOException {
    opened.forEach(Block::release);
    Disk.real().delete(directory);
  }

  /**
   * Reads all buckets.
   *
   * @return the sum of the last values
   * @throws IOException never
   */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public double readAll() throws IOException {
    return read(List.of());
  }

  /**
   * Reads one bucket of all histograms, then the next.
   *
   * @return the sum of the last values
   * @throws IOException never
   */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public double readOneByOne() throws IOException {
    double sum = 0;
    for (int bucket = 0; bucket < InventedHistogram.BUCKETS; bucket++) {
      sum += read(List.of(LabelMatcher.equal(boundName(), InventedHistogram.bound(bucket))));
    }
    return sum;
  }

  private String boundName() {
    return form.equals("cumulative") ? "level" : "le";
  }

  private double read(List<LabelMatcher> matchers) throws IOException {
    double sum = 0;
    for (Block block : opened) {
      for (SelectedSeries series :
          block.select(matchers, 0, Long.MAX_VALUE, new BucketValues(), _ -> {})) {
        ChunkCursor cursor = new ChunkCursor(series.chunks(), 0, Long.MAX_VALUE, Cancellation.NONE);
        while (cursor.next(batch)) {
          sum += batch.values()[batch.count() - 1];
        }
      }
    }
    return sum;
  }

  /**
   * Measures by the thread's own processor time, for machines that others use too.
   *
   * @param args none
   * @throws IOException if the block cannot be written
   */
  public static void main(String[] args) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (String form : List.of("cumulative", "apart", "mixed")) {
      BucketBenchmark benchmark = new BucketBenchmark();
      benchmark.form = form;
      benchmark.write();
      long bytes = Files.size(benchmark.opened.getFirst().directory().resolve("chunks"));
      System.out.printf(Locale.ROOT, "%s: %.4f bytes/sample%n", form, (double) bytes / SAMPLES);
      for (boolean all : new boolean[] {true, false}) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 16; round++) {
          long start = threads.getCurrentThreadCpuTime();
          var _ = all ? benchmark.readAll() : benchmark.readOneByOne();
          long nanos = threads.getCurrentThreadCpuTime() - start;
          best = Math.min(best, (double) nanos / SAMPLES);
        }
        System.out.printf(
            Locale.ROOT, "%s, %s: %.2f ns/sample%n", form, all ? "all" : "one by one", best);
      }
      benchmark.delete();
    }
  }
}

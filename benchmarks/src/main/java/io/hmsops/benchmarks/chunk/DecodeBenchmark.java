package io.hmsops.benchmarks.chunk;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.ValueColumn;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.chunk.XorDecoder;
import io.hmsops.tsdb.encoding.ByteWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: what does it cost to decode a sample of a sealed chunk and add it up, beside adding up
 * arrays?
 *
 * <p>Data: recorded monitoring data ({@code -Dhms.data=FILE}), constant columns left out, in chunks
 * of 480 samples, each encoded as {@code form} says: {@code packed} as a block of the first level
 * has it, only those that come out bit-packed; {@code coded} as a cold level has it, only those
 * that come out entropy-coded; {@code cold} as a cold level has it, whatever comes out; {@code xor}
 * as a head has it, with timestamps; {@code doubles} is the baseline. Copies of the chunks until
 * they have 64 MiB together, read in random order.
 *
 * <p>Command and last result: {@code docs/benchmarks.md}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
  private static final int SAMPLES_PER_CHUNK = 480;
  private static final int CHUNKS = 500;
  private static final int SAMPLES = CHUNKS * SAMPLES_PER_CHUNK;
  private static final long LEAST_BYTES = 64L << 20;

  /** Of a column of values: decimal, nothing missed; behind it an integer column, by kind. */
  private static final int DECIMAL = 1;

  private static final int KIND_MASK = 3;
  private static final int MORE = 1 << 7;
  private static final int PACKED = 1;
  private static final int CODED = 3;

  /** What the chunks are. */
  @Param({"packed", "xor", "coded", "cold", "doubles"})
  public String form = "";

  private final List<byte[]> chunks = new ArrayList<>();
  private final List<double[]> arrays = new ArrayList<>();
  private final double[] values = new double[SAMPLES_PER_CHUNK];
  private final long[] times = new long[SAMPLES_PER_CHUNK];
  private int position;

  /** Creates the state. */
  public DecodeBenchmark() {}

  /**
   * Reads the data and encodes it.
   *
   * @throws IOException if it cannot be read
   */
  @Setup
  public void load() throws IOException {
    List<byte[]> distinct = new ArrayList<>();
    for (RecordedColumn column : RecordedColumn.readAll()) {
      for (int from = 0;
          from + SAMPLES_PER_CHUNK <= column.values().length;
          from += SAMPLES_PER_CHUNK) {
        int to = from + SAMPLES_PER_CHUNK;
        double[] part = Arrays.copyOfRange(column.values(), from, to);
        if (!ValueColumn.isConstant(part, SAMPLES_PER_CHUNK)) {
          add(Arrays.copyOfRange(column.timesMs(), from, to), part, distinct);
        }
      }
    }
    if (form.equals("doubles")) {
      copyArrays();
      return;
    }
    long bytes = 0;
    for (int i = 0; bytes < LEAST_BYTES; i++) {
      byte[] chunk = distinct.get(i % distinct.size()).clone();
      bytes += chunk.length - Chunk.SLACK_BYTES;
      chunks.add(chunk);
    }
    Collections.shuffle(chunks, new Random(1));
    System.out.printf(
        "%s: %d distinct chunks, %.3f bytes/sample%n",
        form, distinct.size(), (double) bytes / chunks.size() / SAMPLES_PER_CHUNK);
  }

  private void copyArrays() {
    int distinct = arrays.size();
    while ((long) arrays.size() * SAMPLES_PER_CHUNK * Double.BYTES < LEAST_BYTES) {
      arrays.add(arrays.get(arrays.size() % distinct).clone());
    }
    Collections.shuffle(arrays, new Random(1));
  }

  private void add(long[] timesMs, double[] part, List<byte[]> distinct) {
    switch (form) {
      case "doubles" -> arrays.add(part);
      case "xor" -> {
        XorBuilder builder = new XorBuilder();
        for (int i = 0; i < SAMPLES_PER_CHUNK; i++) {
          builder.add(timesMs[i], part[i]);
        }
        Chunk chunk = builder.snapshot();
        distinct.add(Arrays.copyOf(chunk.data(), chunk.lengthBytes() + Chunk.SLACK_BYTES));
      }
      default -> {
        ByteWriter out = new ByteWriter(SAMPLES_PER_CHUNK * Double.BYTES);
        ValueColumn.encode(part, SAMPLES_PER_CHUNK, !form.equals("packed"), out);
        boolean plain = (out.array()[0] & (KIND_MASK | MORE)) == DECIMAL;
        int kind = plain ? out.array()[1] & KIND_MASK : -1;
        if (form.equals("cold") || kind == (form.equals("packed") ? PACKED : CODED)) {
          distinct.add(Arrays.copyOf(out.array(), out.length() + Chunk.SLACK_BYTES));
        }
      }
    }
  }

  /** Four sums side by side: one alone would wait for each addition. */
  private static double sum(double[] decoded) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int i = 0; i < SAMPLES_PER_CHUNK; i += 4) {
      a += decoded[i];
      b += decoded[i + 1];
      c += decoded[i + 2];
      d += decoded[i + 3];
    }
    return a + b + (c + d);
  }

  /**
   * Decodes the next chunks and adds up their values.
   *
   * @return the sum
   * @throws IOException never
   */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public double decodeAndSum() throws IOException {
    double sum = 0;
    boolean xor = form.equals("xor");
    boolean plain = form.equals("doubles");
    int end = plain ? arrays.size() : chunks.size();
    for (int i = 0; i < CHUNKS; i++) {
      position = position + 1 < end ? position + 1 : 0;
      double[] decoded = values;
      if (plain) {
        decoded = arrays.get(position);
      } else {
        byte[] chunk = chunks.get(position);
        int length = chunk.length - Chunk.SLACK_BYTES;
        if (xor) {
          XorDecoder.decode(chunk, 0, length, SAMPLES_PER_CHUNK, times, values);
        } else {
          ValueColumn.decode(chunk, 0, length, values, SAMPLES_PER_CHUNK);
        }
      }
      sum += sum(decoded);
    }
    return sum;
  }

  /**
   * Measures by the thread's own processor time, for machines that others use too.
   *
   * @param forms the forms, all if none
   * @throws IOException if the data cannot be read
   */
  public static void main(String[] forms) throws IOException {
    List<String> all =
        forms.length > 0 ? List.of(forms) : List.of("packed", "xor", "coded", "cold", "doubles");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (String form : all) {
      DecodeBenchmark benchmark = new DecodeBenchmark();
      benchmark.form = form;
      benchmark.load();
      double sum = 0;
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 6; round++) {
        long start = threads.getCurrentThreadCpuTime();
        long nanos = 0;
        int passes = 0;
        while (nanos < 400_000_000L) {
          sum += benchmark.decodeAndSum();
          passes++;
          nanos = threads.getCurrentThreadCpuTime() - start;
        }
        best = Math.min(best, (double) nanos / passes / SAMPLES);
      }
      System.out.printf("%s: %.2f ns/sample (sum %s)%n", form, best, sum);
    }
  }
}

package io.hmsops.benchmarks.chunk;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.ValueColumn;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.chunk.XorDecoder;
import io.hmsops.tsdb.encoding.ByteWriter;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * as a head has it, with timestamps; {@code doubles} is the baseline, and {@code bytes} how fast
 * the packed chunks can be read at all: their words are added up. Copies of the chunks until they
 * have 64 MiB together, side by side in one array as in a file, read in random order; columns are
 * copied out of it first, as a block's reader does, and XOR chunks are loaded sixteen at a time, as
 * a head's reader does.
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

  /** A head's reader brings so many chunks near at once. */
  private static final int NEAR = 16;

  private static final int LINE_WORDS = 8;

  /** Of a column of values: decimal, nothing missed; behind it an integer column, by kind. */
  private static final int DECIMAL = 1;

  private static final int KIND_MASK = 3;
  private static final int MORE = 1 << 7;
  private static final int PACKED = 1;
  private static final int CODED = 3;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What the chunks are. */
  @Param({"packed", "xor", "coded", "cold", "doubles", "bytes"})
  public String form = "";

  /** The chunks one behind another, in turns: chunk i is from ends[i] to ends[i + 1]. */
  private byte[] chunks = {};

  /**
   * Of XOR chunks the words, as a head has them: chunk i from words[i], its bytes as {@link #ends}
   * say.
   */
  private long[] slab = {};

  private int[] words = {};
  private int[] ends = {};
  private double[] doubles = {};

  /** The chunks in the order in which they are read. */
  private int[] order = {};

  private final byte[] copy = new byte[2 * SAMPLES_PER_CHUNK * Long.BYTES];
  private final double[] values = new double[SAMPLES_PER_CHUNK];
  private final long[] times = new long[SAMPLES_PER_CHUNK];
  private int position;

  /** So that the loads are not left out. */
  long touched;

  /** Creates the state. */
  public DecodeBenchmark() {}

  /**
   * Reads the data and encodes it.
   *
   * @throws IOException if it cannot be read
   */
  @Setup
  public void load() throws IOException {
    List<byte[]> encoded = new ArrayList<>();
    List<double[]> plain = new ArrayList<>();
    for (RecordedColumn column : RecordedColumn.readAll()) {
      for (int from = 0;
          from + SAMPLES_PER_CHUNK <= column.values().length;
          from += SAMPLES_PER_CHUNK) {
        int to = from + SAMPLES_PER_CHUNK;
        double[] part = Arrays.copyOfRange(column.values(), from, to);
        if (!ValueColumn.isConstant(part, SAMPLES_PER_CHUNK)) {
          plain.add(part);
          encode(Arrays.copyOfRange(column.timesMs(), from, to), part, encoded);
        }
      }
    }
    int count = form.equals("doubles") ? placeDoubles(plain) : place(encoded);
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(shuffled, new Random(1));
    order = shuffled.stream().mapToInt(Integer::intValue).toArray();
  }

  private int placeDoubles(List<double[]> plain) {
    int copies = (int) (LEAST_BYTES / Double.BYTES / SAMPLES_PER_CHUNK) + 1;
    doubles = new double[copies * SAMPLES_PER_CHUNK];
    for (int i = 0; i < copies; i++) {
      System.arraycopy(
          plain.get(i % plain.size()), 0, doubles, i * SAMPLES_PER_CHUNK, SAMPLES_PER_CHUNK);
    }
    return copies;
  }

  private int place(List<byte[]> encoded) {
    chunks = new byte[(int) LEAST_BYTES + 2 * SAMPLES_PER_CHUNK * Long.BYTES];
    List<Integer> places = new ArrayList<>(List.of(0));
    int end = 0;
    while (end < LEAST_BYTES) {
      byte[] chunk = encoded.get((places.size() - 1) % encoded.size());
      System.arraycopy(chunk, 0, chunks, end, chunk.length);
      end += chunk.length - Chunk.SLACK_BYTES;
      places.add(end);
    }
    ends = places.stream().mapToInt(Integer::intValue).toArray();
    int count = places.size() - 1;
    if (form.equals("xor")) {
      placeWords(count);
    }
    System.out.printf(
        "%s: %d distinct chunks, %.3f bytes/sample%n",
        form, encoded.size(), (double) end / count / SAMPLES_PER_CHUNK);
    return count;
  }

  private void placeWords(int count) {
    words = new int[count];
    slab = new long[chunks.length / Long.BYTES + 2 * count];
    int word = 0;
    for (int i = 0; i < count; i++) {
      words[i] = word;
      for (int at = ends[i]; at < ends[i + 1]; at += Long.BYTES) {
        slab[word++] = Long.reverseBytes((long) WORD.get(chunks, at));
      }
      word++;
    }
  }

  private void encode(long[] timesMs, double[] part, List<byte[]> into) {
    if (form.equals("xor")) {
      XorBuilder builder = new XorBuilder();
      for (int i = 0; i < SAMPLES_PER_CHUNK; i++) {
        builder.add(timesMs[i], part[i]);
      }
      Chunk chunk = builder.snapshot();
      into.add(Arrays.copyOf(chunk.data(), chunk.lengthBytes() + Chunk.SLACK_BYTES));
      return;
    }
    boolean packed = form.equals("packed") || form.equals("bytes");
    ByteWriter out = new ByteWriter(SAMPLES_PER_CHUNK * Double.BYTES);
    ValueColumn.encode(part, SAMPLES_PER_CHUNK, !packed, out);
    boolean plain = (out.array()[0] & (KIND_MASK | MORE)) == DECIMAL;
    int kind = plain ? out.array()[1] & KIND_MASK : -1;
    if (form.equals("cold") || kind == (packed ? PACKED : CODED)) {
      into.add(Arrays.copyOf(out.array(), out.length() + Chunk.SLACK_BYTES));
    }
  }

  /** Four sums side by side: one alone would wait for each addition. */
  private static double sum(double[] decoded, int from) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int i = from; i < from + SAMPLES_PER_CHUNK; i += 4) {
      a += decoded[i];
      b += decoded[i + 1];
      c += decoded[i + 2];
      d += decoded[i + 3];
    }
    return a + b + (c + d);
  }

  private static long sumWords(byte[] bytes, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i += Long.BYTES) {
      sum += (long) WORD.get(bytes, i);
    }
    return sum;
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
    return switch (form) {
      case "doubles" -> sumDoubles();
      case "bytes" -> sumBytes();
      case "xor" -> sumXor();
      default -> sumColumns();
    };
  }

  private int next() {
    position = position + 1 < order.length ? position + 1 : 0;
    return order[position];
  }

  private double sumDoubles() {
    double sum = 0;
    for (int i = 0; i < CHUNKS; i++) {
      sum += sum(doubles, next() * SAMPLES_PER_CHUNK);
    }
    return sum;
  }

  private double sumBytes() {
    long sum = 0;
    for (int i = 0; i < CHUNKS; i++) {
      int chunk = next();
      sum += sumWords(chunks, ends[chunk], ends[chunk + 1]);
    }
    return sum;
  }

  private double sumXor() throws IOException {
    double sum = 0;
    for (int i = 0; i < CHUNKS; i++) {
      if (i % NEAR == 0) {
        touchNext();
      }
      int chunk = next();
      int lengthBytes = ends[chunk + 1] - ends[chunk];
      XorDecoder.decode(slab, words[chunk], lengthBytes, SAMPLES_PER_CHUNK, times, values);
      sum += sum(values, 0);
    }
    return sum;
  }

  /** Loads that do not wait for one another. */
  private void touchNext() {
    long sum = 0;
    for (int i = 1; i <= NEAR; i++) {
      int chunk = order[(position + i) % order.length];
      int end = words[chunk] + (ends[chunk + 1] - ends[chunk]) / Long.BYTES;
      for (int word = words[chunk]; word < end; word += LINE_WORDS) {
        sum += slab[word];
      }
    }
    touched = sum;
  }

  private double sumColumns() throws IOException {
    double sum = 0;
    for (int i = 0; i < CHUNKS; i++) {
      int chunk = next();
      int length = ends[chunk + 1] - ends[chunk];
      System.arraycopy(chunks, ends[chunk], copy, 0, length + Chunk.SLACK_BYTES);
      ValueColumn.decode(copy, 0, length, values, times, SAMPLES_PER_CHUNK);
      sum += sum(values, 0);
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
        forms.length > 0
            ? List.of(forms)
            : List.of("packed", "xor", "coded", "cold", "doubles", "bytes");
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

package io.hmsops.benchmarks.chunk;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.ChunkBuilder;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.chunk.XorDecoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Question: what do a sample's encoding and decoding cost in the XOR codec, beside a plain sum over
 * arrays?
 *
 * <p>Data: recorded monitoring data in chunks of 240 samples, every 11th chunk until 240,000
 * samples are together; {@code -Dhms.data=FILE} says where it is. {@code main} prints bytes per
 * sample over all of it.
 *
 * <p>Command and last result: {@code docs/benchmarks.md}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class XorChunkBenchmark {
  private static final int SAMPLES_PER_CHUNK = ChunkBuilder.MAX_SAMPLES;
  private static final int CHUNKS = 1000;
  private static final int SAMPLES = CHUNKS * SAMPLES_PER_CHUNK;
  private static final int STRIDE = 11;

  private final List<long[]> times = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();
  private final List<Chunk> chunks = new ArrayList<>();
  private final long[] decodedTimes = new long[SAMPLES_PER_CHUNK];
  private final double[] decodedValues = new double[SAMPLES_PER_CHUNK];

  /** Creates the state. */
  public XorChunkBenchmark() {}

  /**
   * Reads the data.
   *
   * @throws IOException if it cannot be read
   */
  @Setup
  public void load() throws IOException {
    List<long[]> allTimes = new ArrayList<>();
    List<double[]> allValues = new ArrayList<>();
    read(allTimes, allValues);
    for (int i = 0; i < CHUNKS; i++) {
      int chosen = i * STRIDE % allTimes.size();
      times.add(allTimes.get(chosen));
      values.add(allValues.get(chosen));
      chunks.add(encode(times.get(i), values.get(i)));
    }
  }

  private static Chunk encode(long[] times, double[] values) {
    XorBuilder builder = new XorBuilder();
    for (int i = 0; i < times.length; i++) {
      builder.add(times[i], values[i]);
    }
    return builder.snapshot();
  }

  /** Collects all full chunks of the data. */
  private static void read(List<long[]> times, List<double[]> values) throws IOException {
    for (RecordedColumn column : RecordedColumn.readAll()) {
      int full = column.values().length - column.values().length % SAMPLES_PER_CHUNK;
      for (int from = 0; from < full; from += SAMPLES_PER_CHUNK) {
        times.add(Arrays.copyOfRange(column.timesMs(), from, from + SAMPLES_PER_CHUNK));
        values.add(Arrays.copyOfRange(column.values(), from, from + SAMPLES_PER_CHUNK));
      }
    }
  }

  /**
   * Encodes all chunks.
   *
   * @return something that depends on the work
   */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public long encode() {
    long bytes = 0;
    for (int i = 0; i < CHUNKS; i++) {
      bytes += encode(times.get(i), values.get(i)).lengthBytes();
    }
    return bytes;
  }

  /**
   * Decodes all chunks.
   *
   * @return something that depends on the work
   * @throws IOException never
   */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public double decode() throws IOException {
    double sum = 0;
    for (Chunk chunk : chunks) {
      XorDecoder.decode(
          chunk.data(), 0, chunk.lengthBytes(), chunk.count(), decodedTimes, decodedValues);
      sum += decodedValues[SAMPLES_PER_CHUNK - 1];
    }
    return sum;
  }

  /**
   * The baseline: adds up the arrays.
   *
   * @return the sum
   */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public double sumOfArrays() {
    double sum = 0;
    for (int i = 0; i < CHUNKS; i++) {
      long[] chunkTimes = times.get(i);
      double[] chunkValues = values.get(i);
      for (int j = 0; j < SAMPLES_PER_CHUNK; j++) {
        sum += chunkValues[j] + (double) chunkTimes[j];
      }
    }
    return sum;
  }

  /**
   * Prints the size of all data in chunks.
   *
   * @param arguments none
   * @throws IOException if the data cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    List<long[]> times = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    read(times, values);
    long bytes = 0;
    for (int i = 0; i < times.size(); i++) {
      bytes += encode(times.get(i), values.get(i)).lengthBytes();
    }
    System.out.printf(
        "%d chunks, %.4f bytes/sample%n",
        times.size(), (double) bytes / times.size() / SAMPLES_PER_CHUNK);
  }
}

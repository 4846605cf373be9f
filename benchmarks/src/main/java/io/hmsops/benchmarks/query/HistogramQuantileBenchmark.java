package io.hmsops.benchmarks.query;

import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryResult;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * What does a bucket at a step cost in {@code histogram_quantile} over 50 histograms of ten
 * buckets, with the selection or rate below it? Beside it a plain search of the bucket.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.HistogramQuantileBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in
 * docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HistogramQuantileBenchmark {
  private static final int BUCKETS = 10;

  /** Creates the benchmark. */
  public HistogramQuantileBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult quantile(QueryState state) throws QueryException {
    return state.query("sum(histogram_quantile(0.9, counter))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult quantileOfRate(QueryState state) throws QueryException {
    return state.query("sum(histogram_quantile(0.9, rate(counter[5m])))");
  }

  /**
   * {@return the sums of quantiles}
   *
   * @param state the series
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public double[] baseline(QueryState state) {
    double[] sums = new double[QueryState.STEPS];
    for (int i = 0; i < QueryState.SERIES; i += BUCKETS) {
      for (int step = 0; step < sums.length; step++) {
        int newest = QueryState.newest(step);
        double rank = 0.9 * state.counters[i + BUCKETS - 1][newest];
        int bucket = 0;
        while (state.counters[i + bucket][newest] < rank) {
          bucket++;
        }
        double below = bucket == 0 ? 0 : state.counters[i + bucket - 1][newest];
        sums[step] += bucket + (rank - below) / (state.counters[i + bucket][newest] - below);
      }
    }
    return sums;
  }
}

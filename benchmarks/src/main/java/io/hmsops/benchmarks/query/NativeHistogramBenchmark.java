package io.hmsops.benchmarks.query;

import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.tsdb.sample.Histogram;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * What does a native histogram of 20 buckets cost in a sum, in a window of 20, and in a quantile?
 * Beside it the addition of plain arrays of populations.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.NativeHistogramBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in
 * docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NativeHistogramBenchmark {
  /** Creates the benchmark. */
  public NativeHistogramBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.HISTOGRAM_POINTS)
  public QueryResult sum(QueryState state) throws QueryException {
    return state.query("histogram_count(sum(latency))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.HISTOGRAM_POINTS)
  public QueryResult rate(QueryState state) throws QueryException {
    return state.query("histogram_count(sum(rate(latency[5m])))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.HISTOGRAM_POINTS)
  public QueryResult quantile(QueryState state) throws QueryException {
    return state.query("histogram_quantile(0.9, sum(latency))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.HISTOGRAM_POINTS)
  public QueryResult quantileOfEach(QueryState state) throws QueryException {
    return state.query("max(histogram_quantile(0.9, latency))");
  }

  /**
   * {@return the sums of all populations}
   *
   * @param state the series
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.HISTOGRAM_POINTS)
  public double[][] baseline(QueryState state) {
    double[][] sums = new double[QueryState.STEPS][QueryState.BUCKETS];
    for (Histogram[] samples : state.histograms) {
      for (int step = 0; step < sums.length; step++) {
        double[] populations = samples[QueryState.newest(step)].positiveBuckets();
        for (int i = 0; i < populations.length; i++) {
          sums[step][i] += populations[i];
        }
      }
    }
    return sums;
  }
}

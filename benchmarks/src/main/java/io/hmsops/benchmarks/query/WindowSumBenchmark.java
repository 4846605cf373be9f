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
 * What does a window of 20 fractional numbers cost whose samples are each looked at, or kept in
 * order, the maximum over all series included? Beside it a plain sum of each window.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.WindowSumBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WindowSumBenchmark {
  private static final int WINDOW = 20;

  /** Creates the benchmark. */
  public WindowSumBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult average(QueryState state) throws QueryException {
    return state.query("max(avg_over_time(gauge[5m]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult deviation(QueryState state) throws QueryException {
    return state.query("max(stddev_over_time(gauge[5m]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult quantile(QueryState state) throws QueryException {
    return state.query("max(quantile_over_time(0.9, gauge[5m]))");
  }

  /**
   * {@return the sums}
   *
   * @param state the series
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public double[] baseline(QueryState state) {
    double[] sums = new double[QueryState.STEPS];
    for (double[] samples : state.gauges) {
      for (int step = 0; step < sums.length; step++) {
        int last = QueryState.newest(step);
        double sum = 0;
        for (int i = Math.max(0, last - WINDOW + 1); i <= last; i++) {
          sum += samples[i];
        }
        sums[step] = Math.max(sums[step], sum);
      }
    }
    return sums;
  }
}

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
 * What does a window of {@code max_over_time} cost, short and long, over values that rise and over
 * random ones, the maximum over all series included? Beside it a plain look at all samples of each
 * short window.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.ExtremeBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ExtremeBenchmark {
  private static final int WINDOW = 20;

  /** Creates the benchmark. */
  public ExtremeBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult maxOfRising(QueryState state) throws QueryException {
    return state.query("max(max_over_time(counter[5m]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult maxOfRandom(QueryState state) throws QueryException {
    return state.query("max(max_over_time(gauge[5m]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult maxOfRandomLong(QueryState state) throws QueryException {
    return state.query("max(max_over_time(gauge[30m]))");
  }

  /**
   * {@return the maxima}
   *
   * @param state the series
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public double[] baseline(QueryState state) {
    double[] maxima = new double[QueryState.STEPS];
    for (double[] samples : state.gauges) {
      for (int step = 0; step < maxima.length; step++) {
        int last = QueryState.newest(step);
        for (int i = Math.max(0, last - WINDOW + 1); i <= last; i++) {
          maxima[step] = Math.max(maxima[step], samples[i]);
        }
      }
    }
    return maxima;
  }
}

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
 * What does an inner point of a subquery cost: a rate each 15 s, of which each step looks at 120,
 * the maximum over all series included? Beside it the maxima of windows of 120 differences over
 * plain arrays.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.SubqueryBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SubqueryBenchmark {
  private static final int WINDOW = 20;
  private static final int INNER = 120;

  /** Creates the benchmark. */
  public SubqueryBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult maximumOfRates(QueryState state) throws QueryException {
    return state.query("max(max_over_time(rate(counter[5m])[30m:15s]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult averageOfSums(QueryState state) throws QueryException {
    return state.query("avg_over_time(sum(gauge)[30m:15s])");
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
    for (double[] samples : state.counters) {
      for (int step = 0; step < maxima.length; step++) {
        int last = QueryState.newest(step);
        for (int i = Math.max(WINDOW, last - INNER + 1); i <= last; i++) {
          maxima[step] = Math.max(maxima[step], samples[i] - samples[i - WINDOW]);
        }
      }
    }
    return maxima;
  }
}

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
 * What does a point cost that is selected and added to one of 50 groups, or to one? Beside it plain
 * additions, without compensation.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.SumByBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SumByBenchmark {
  /** Creates the benchmark. */
  public SumByBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult sumBy(QueryState state) throws QueryException {
    return state.query("sum by (host) (gauge)");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult sum(QueryState state) throws QueryException {
    return state.query("sum(gauge)");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult avg(QueryState state) throws QueryException {
    return state.query("avg(gauge)");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult max(QueryState state) throws QueryException {
    return state.query("max(gauge)");
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
        sums[step] += samples[QueryState.newest(step)];
      }
    }
    return sums;
  }
}

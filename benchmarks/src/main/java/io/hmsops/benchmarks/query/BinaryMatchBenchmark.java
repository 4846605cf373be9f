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
 * What does a pair of points cost in arithmetic between two vectors, between a vector and a number,
 * and in a set operator? Beside it a plain division.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.BinaryMatchBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BinaryMatchBenchmark {
  /** Creates the benchmark. */
  public BinaryMatchBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult vectors(QueryState state) throws QueryException {
    return state.query("sum(gauge / on (host, le) counter)");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult vectorAndNumber(QueryState state) throws QueryException {
    return state.query("sum(gauge * 2)");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult unless(QueryState state) throws QueryException {
    return state.query("sum(gauge unless on (host, le) (counter < 1500))");
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
    for (int i = 0; i < QueryState.SERIES; i++) {
      for (int step = 0; step < sums.length; step++) {
        int newest = QueryState.newest(step);
        sums[step] += state.gauges[i][newest] / state.counters[i][newest];
      }
    }
    return sums;
  }
}

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
 * What does a point cost that {@code topk} looks at, for few and for many, and one that {@code
 * quantile} looks at? Beside it the sorting of each step.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.TopkBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TopkBenchmark {
  /** Creates the benchmark. */
  public TopkBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult topFive(QueryState state) throws QueryException {
    return state.query("topk(5, gauge)");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult topHundred(QueryState state) throws QueryException {
    return state.query("topk(100, gauge)");
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
    return state.query("quantile(0.9, gauge)");
  }

  /**
   * {@return the ninth deciles}
   *
   * @param state the series
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public double[] baseline(QueryState state) {
    double[] deciles = new double[QueryState.STEPS];
    double[] values = new double[QueryState.SERIES];
    for (int step = 0; step < deciles.length; step++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = state.gauges[i][QueryState.newest(step)];
      }
      java.util.Arrays.sort(values);
      deciles[step] = values[values.length * 9 / 10];
    }
    return deciles;
  }
}

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
 * What does a window of {@code rate} cost, its sum over all series included? Beside it a loop over
 * the same arrays that knows where windows begin and end, and adds up plainly.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.RateBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RateBenchmark {
  private static final int WINDOW = 20;

  /** Creates the benchmark. */
  public RateBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult rate(QueryState state) throws QueryException {
    return state.query("sum(rate(counter[5m]))");
  }

  /**
   * {@return the answer, of values that fall in every other sample}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult rateAcrossResets(QueryState state) throws QueryException {
    return state.query("sum(rate(gauge[5m]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult irate(QueryState state) throws QueryException {
    return state.query("sum(irate(counter[5m]))");
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
    double factor = 1.0 / (WINDOW * QueryState.STEP_MS / 1000.0);
    for (double[] samples : state.counters) {
      for (int step = 0; step < sums.length; step++) {
        int last = QueryState.newest(step);
        sums[step] += (samples[last] - samples[Math.max(0, last - WINDOW + 1)]) * factor;
      }
    }
    return sums;
  }
}

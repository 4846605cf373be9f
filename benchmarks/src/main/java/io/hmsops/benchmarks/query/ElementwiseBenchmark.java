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
 * What does a point cost in a function of single floats, in one of labels, and in a negation, the
 * maximum over all series included? Beside it the same function over plain arrays.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.ElementwiseBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ElementwiseBenchmark {
  /** Creates the benchmark. */
  public ElementwiseBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult absolute(QueryState state) throws QueryException {
    return state.query("max(abs(gauge))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult clamped(QueryState state) throws QueryException {
    return state.query("max(clamp(gauge, 0.2, 0.8))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult logarithm(QueryState state) throws QueryException {
    return state.query("max(ln(gauge))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult negated(QueryState state) throws QueryException {
    return state.query("max(-gauge)");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult relabeled(QueryState state) throws QueryException {
    return state.query("max(label_replace(gauge, \"x\", \"$1\", \"host\", \"(.*)\"))");
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
        maxima[step] = Math.max(maxima[step], Math.log(samples[QueryState.newest(step)]));
      }
    }
    return maxima;
  }
}

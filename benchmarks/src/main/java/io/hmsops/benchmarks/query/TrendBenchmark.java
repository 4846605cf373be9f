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
 * What does a window of 20 samples cost that is fitted by a line, or in which changes and resets
 * are counted, the maximum over all series included? Beside it least squares over plain arrays,
 * without compensation.
 *
 * <p>{@code java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main
 * query.TrendBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1}. The last result is in docs/benchmarks.md.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrendBenchmark {
  private static final int WINDOW = 20;

  /** Creates the benchmark. */
  public TrendBenchmark() {}

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult derivative(QueryState state) throws QueryException {
    return state.query("max(deriv(gauge[5m]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult prediction(QueryState state) throws QueryException {
    return state.query("max(predict_linear(gauge[5m], 600))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult changes(QueryState state) throws QueryException {
    return state.query("max(changes(gauge[5m]))");
  }

  /**
   * {@return the answer}
   *
   * @param state the series
   * @throws QueryException never
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public QueryResult resets(QueryState state) throws QueryException {
    return state.query("max(resets(counter[5m]))");
  }

  /**
   * {@return the steepest slopes}
   *
   * @param state the series
   */
  @Benchmark
  @OperationsPerInvocation(QueryState.POINTS)
  public double[] baseline(QueryState state) {
    double[] steepest = new double[QueryState.STEPS];
    for (double[] samples : state.gauges) {
      for (int step = 0; step < steepest.length; step++) {
        int last = QueryState.newest(step);
        steepest[step] =
            Math.max(steepest[step], slope(samples, Math.max(0, last - WINDOW + 1), last));
      }
    }
    return steepest;
  }

  private static double slope(double[] samples, int first, int last) {
    double sumX = 0;
    double sumY = 0;
    double sumXy = 0;
    double sumX2 = 0;
    for (int i = first; i <= last; i++) {
      double x = (i - first) * (QueryState.STEP_MS / 1000.0);
      sumX += x;
      sumY += samples[i];
      sumXy += x * samples[i];
      sumX2 += x * x;
    }
    int count = last - first + 1;
    return (sumXy - sumX * sumY / count) / (sumX2 - sumX * sumX / count);
  }
}

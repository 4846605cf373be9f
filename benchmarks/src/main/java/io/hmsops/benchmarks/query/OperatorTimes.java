package io.hmsops.benchmarks.query;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * The benchmarks of operators by the processor time of the thread that runs them, for a machine
 * that others use, too: JMH measures the clock. All queries of {@link QueryState} are one morsel,
 * which its caller evaluates.
 *
 * <p>Argument: a part of the names wanted, or nothing.
 */
public final class OperatorTimes {
  private static final List<Class<?>> FAMILIES =
      List.of(
          RateBenchmark.class,
          ExtremeBenchmark.class,
          WindowSumBenchmark.class,
          SumByBenchmark.class,
          ElementwiseBenchmark.class,
          TrendBenchmark.class,
          SubqueryBenchmark.class,
          HistogramQuantileBenchmark.class,
          NativeHistogramBenchmark.class,
          TopkBenchmark.class,
          BinaryMatchBenchmark.class);

  private static final long WARM_UP_NANOS = 800_000_000;
  private static final long ROUND_NANOS = 100_000_000;
  private static final int ROUNDS = 6;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private OperatorTimes() {}

  /**
   * Prints nanoseconds an operation, as the benchmark counts them: the least of some rounds.
   *
   * @param args see above
   * @throws ReflectiveOperationException if a benchmark fails
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    String wanted = args.length > 0 ? args[0] : "";
    for (Class<?> family : FAMILIES) {
      Object benchmark = family.getConstructor().newInstance();
      QueryState state = new QueryState();
      List<Method> methods =
          Arrays.stream(family.getMethods())
              .filter(method -> method.isAnnotationPresent(Benchmark.class))
              .sorted(Comparator.comparing(Method::getName))
              .toList();
      for (Method method : methods) {
        String name = family.getSimpleName() + "." + method.getName();
        if (name.contains(wanted)) {
          System.out.printf(Locale.ROOT, "%-45s %8.2f ns%n", name, time(benchmark, state, method));
        }
      }
    }
  }

  private static double time(Object benchmark, QueryState state, Method method)
      throws ReflectiveOperationException {
    OperationsPerInvocation operations = method.getAnnotation(OperationsPerInvocation.class);
    int count = operations == null ? 1 : operations.value();
    run(benchmark, state, method, WARM_UP_NANOS);
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      least = Math.min(least, run(benchmark, state, method, ROUND_NANOS) / count);
    }
    return least;
  }

  /** Runs for a time, and {@return the nanoseconds of one run} */
  private static double run(Object benchmark, QueryState state, Method method, long nanos)
      throws ReflectiveOperationException {
    long begin = THREADS.getCurrentThreadCpuTime();
    long now = begin;
    int runs = 0;
    while (now - begin < nanos) {
      Object result = method.invoke(benchmark, state);
      if (result == null) {
        throw new IllegalStateException(method + " has no result");
      }
      runs++;
      now = THREADS.getCurrentThreadCpuTime();
    }
    return (double) (now - begin) / runs;
  }
}

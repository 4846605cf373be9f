package io.hmsops.benchmarks.query;

import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.PlanCache;
import io.hmsops.query.plan.Planner;
import io.hmsops.query.plan.QueryTimes;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: what does it cost to get from a query's text to its plan, read anew and found in the
 * cache, beside a copy of the text (which is what a request's parameter costs anyway)?
 *
 * <p>Every text is a new {@link String} as it is in a request, so its hash is not known yet.
 *
 * <p>Command and last result: {@code docs/benchmarks.md}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class ParseBenchmark {
  private static final QueryTimes TIMES =
      new QueryTimes(1_700_000_000_000L, 1_700_003_600_000L, 15_000, 300_000, 60_000);

  private final PlanCache cache = new PlanCache(Language.dialect(Set.of()), 1000, 16 << 20);

  /** The query. */
  @Param({
    "histogram_quantile(0.99, sum by (job, le) (rate(http_request_duration_seconds_bucket{job=\"api\", code!~\"5..\"}[5m])))",
    "sum by (instance) (rate(node_cpu_seconds_total{mode!=\"idle\"}[5m])) / on (instance) group_left count by (instance) (node_cpu_seconds_total{mode=\"idle\"})",
    "up"
  })
  public String text = "";

  /** Creates the state. */
  public ParseBenchmark() {}

  private String copy() {
    return new String(text.toCharArray());
  }

  /** {@return a copy of the text} */
  @Benchmark
  public String baselineCopy() {
    return copy();
  }

  /**
   * {@return the plan, the text read and checked anew}
   *
   * @throws ParseException never
   */
  @Benchmark
  public Plan uncached() throws ParseException {
    return Planner.plan(Language.parse(copy(), Set.of()), TIMES);
  }

  /**
   * {@return the plan, found in the cache}
   *
   * @throws ParseException never
   */
  @Benchmark
  public Plan cached() throws ParseException {
    return cache.get(copy()).plan(TIMES);
  }
}

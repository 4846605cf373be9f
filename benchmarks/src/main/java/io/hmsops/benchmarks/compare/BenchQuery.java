package io.hmsops.benchmarks.compare;

import java.util.List;

/**
 * A query of the query row.
 *
 * @param text PromQL
 * @param histogram whether it asks the histograms, not the counters
 * @param victoriaMetricsAgrees whether VictoriaMetrics means the same by it
 * @param rangeGoal CPU-seconds over an hour
 * @param instantGoal CPU-seconds at one time
 */
record BenchQuery(
    String text,
    boolean histogram,
    boolean victoriaMetricsAgrees,
    double rangeGoal,
    double instantGoal) {

  static final List<BenchQuery> ALL =
      List.of(
          new BenchQuery("sum by (job) (rate(bench_requests_total[5m]))", false, false, 0.35, 0.10),
          new BenchQuery(
              "max by (code) (max_over_time(bench_requests_total[10m]))", false, true, 0.35, 0.10),
          new BenchQuery(
              "topk(5, sum by (handler, job) (rate(bench_requests_total{code=\"500\"}[1m])))",
              false,
              false,
              0.10,
              0.03),
          new BenchQuery("bench_requests_total{job=\"svc-07\"}", false, true, 0.06, 0.004),
          new BenchQuery(
              "histogram_quantile(0.99, sum by (job, le)"
                  + " (rate(bench_latency_seconds_bucket[5m])))",
              true,
              false,
              0.35,
              0.10),
          new BenchQuery(
              "sum(histogram_quantile(0.9, rate(bench_latency_seconds_bucket[5m])))",
              true,
              false,
              0.45,
              0.10));

  Line rangeLine(String row) {
    return Line.atMost(row, text + ", 1 h, step 15 s", "CPU-s", rangeGoal);
  }

  Line instantLine(String row) {
    return Line.atMost(row, text + ", instant", "CPU-s", instantGoal);
  }
}

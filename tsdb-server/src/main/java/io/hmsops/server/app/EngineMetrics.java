package io.hmsops.server.app;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineCounts;
import io.hmsops.query.engine.QueryListener;
import io.hmsops.query.engine.QueryStatistics;
import io.hmsops.query.engine.QueryView;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/**
 * The query engine's own metrics. Where Prometheus has a metric of that meaning it has the same
 * name.
 */
final class EngineMetrics implements QueryListener {
  private final PrometheusRegistry registry;
  private final DistributionDataPoint queueTime;
  private final DistributionDataPoint prepareTime;
  private final DistributionDataPoint evalTime;
  private final DistributionDataPoint sortTime;
  private final Histogram durations;
  private final Counter samples;
  private final CounterDataPoint answered;
  private final CounterDataPoint failed;

  EngineMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    Summary slices =
        Summary.builder()
            .name("prometheus_engine_query_duration_seconds")
            .help("Query timings.")
            .labelNames("slice")
            .register(registry);
    queueTime = slices.labelValues("queue_time");
    prepareTime = slices.labelValues("prepare_time");
    evalTime = slices.labelValues("inner_eval");
    sortTime = slices.labelValues("result_sort");
    durations =
        Histogram.builder()
            .name("hms_query_duration_seconds")
            .help("Time from a query's arrival at the engine to its end.")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60)
            .register(registry);
    samples =
        Counter.builder()
            .name("prometheus_engine_query_samples_total")
            .help("Samples read by all queries.")
            .register(registry);
    Counter queries =
        Counter.builder()
            .name("hms_queries_total")
            .help("Queries that have ended.")
            .labelNames("outcome")
            .register(registry);
    answered = queries.labelValues("answered");
    failed = queries.labelValues("failed");
  }

  /** Shows the engine's state. */
  void watch(Engine engine) {
    gauge(
        engine,
        "prometheus_engine_queries",
        "The current number of queries being executed or waiting.",
        counts -> counts.smallAtWork() + counts.largeAtWork() + (double) counts.waiting());
    gauge(
        engine,
        "prometheus_engine_queries_concurrent_max",
        "The max number of concurrent large queries.",
        _ -> engine.options().limits().maxConcurrency());
    gauge(engine, "hms_queries_large", "Large queries being evaluated.", EngineCounts::largeAtWork);
    gauge(engine, "hms_queries_waiting", "Queries that wait.", EngineCounts::waiting);
    gauge(
        engine,
        "hms_query_memory_bytes",
        "Memory held by queries, as estimated.",
        EngineCounts::memoryBytes);
    gauge(engine, "hms_plan_cache_entries", "Plans kept.", EngineCounts::cachedPlans);
    gauge(
        engine,
        "hms_plan_cache_bytes",
        "Memory of the plans kept, as estimated.",
        EngineCounts::cachedPlanBytes);
    counter(
        engine,
        "hms_queries_rejected_total",
        "Queries sent away because too many waited or they waited too long.",
        EngineCounts::rejected);
    counter(
        engine,
        "hms_plan_cache_hits_total",
        "Queries whose plan was kept.",
        EngineCounts::planCacheHits);
    counter(
        engine,
        "hms_plan_cache_misses_total",
        "Queries whose plan was not kept.",
        EngineCounts::planCacheMisses);
  }

  /** Shows the query log's state. */
  void watch(QueryLog log) {
    GaugeWithCallback.builder()
        .name("prometheus_engine_query_log_enabled")
        .help("State of the query log.")
        .callback(callback -> callback.call(log.isOpen() ? 1 : 0))
        .register(registry);
    CounterWithCallback.builder()
        .name("prometheus_engine_query_log_failures_total")
        .help("The number of query log failures.")
        .callback(callback -> callback.call((double) log.failures()))
        .register(registry);
  }

  private void gauge(
      Engine engine, String name, String help, ToDoubleFunction<EngineCounts> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(engine.counts())))
        .register(registry);
  }

  private void counter(
      Engine engine, String name, String help, ToDoubleFunction<EngineCounts> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(engine.counts())))
        .register(registry);
  }

  @Override
  public void ended(QueryView query) {
    QueryStatistics statistics = query.statistics();
    queueTime.observe(statistics.queueNanos() / 1e9);
    prepareTime.observe(statistics.prepareNanos() / 1e9);
    evalTime.observe(statistics.evalNanos() / 1e9);
    sortTime.observe(statistics.sortNanos() / 1e9);
    durations.observe(statistics.totalNanos() / 1e9);
    samples.inc(statistics.readSamples());
    (query.state() == QueryView.State.ANSWERED ? answered : failed).inc();
  }
}

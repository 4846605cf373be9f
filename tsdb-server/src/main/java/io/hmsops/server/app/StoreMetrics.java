package io.hmsops.server.app;

import io.hmsops.tsdb.db.Stats;
import io.hmsops.tsdb.db.Tsdb;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/** The store's own metrics, read from its statistics when {@code /metrics} is asked for. */
final class StoreMetrics {
  private final PrometheusRegistry registry;
  private final Tsdb store;

  private StoreMetrics(PrometheusRegistry registry, Tsdb store) {
    this.registry = registry;
    this.store = store;
  }

  static void register(PrometheusRegistry registry, Tsdb store) {
    StoreMetrics metrics = new StoreMetrics(registry, store);
    metrics.gauge("hms_tsdb_head_series", "Series with samples in the head.", Stats::series);
    metrics.gauge("hms_tsdb_head_chunks", "Chunks in the head.", Stats::headChunks);
    metrics.gauge("hms_tsdb_blocks", "Blocks on disk.", Stats::blocks);
    metrics.gauge("hms_tsdb_block_bytes", "Size of all blocks.", Stats::blockBytes);
    metrics.counter(
        "hms_tsdb_samples_appended_total",
        "Samples accepted since the start.",
        Stats::samplesAppended);
    metrics.counter(
        "hms_tsdb_wal_bytes_total", "Log bytes written since the start.", Stats::walBytes);
    metrics.counter(
        "hms_tsdb_checkpoints_total", "Checkpoints written since the start.", Stats::checkpoints);
    metrics.gauge(
        "hms_tsdb_memory_used_bytes",
        "Memory that series, chunks and index take, or will soon.",
        _ -> store.memoryPressure().usedBytes());
    metrics.gauge(
        "hms_tsdb_memory_limit_bytes",
        "From how much of it on new series are refused.",
        _ -> store.memoryPressure().limitBytes());
    metrics.refusedSeries();
    metrics.gauge(
        "hms_tsdb_problems",
        "What was found damaged at the start or failed in the background since.",
        stats -> stats.problems().size());
  }

  private void refusedSeries() {
    CounterWithCallback.builder()
        .name("hms_tsdb_series_refused_total")
        .help("New series refused because of a limit, by the option that sets it.")
        .labelNames("limit")
        .callback(
            callback ->
                store
                    .stats()
                    .refusedSeries()
                    .forEach((limit, count) -> callback.call(count, limit)))
        .register(registry);
  }

  private void gauge(String name, String help, ToDoubleFunction<Stats> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(store.stats())))
        .register(registry);
  }

  private void counter(String name, String help, ToDoubleFunction<Stats> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(store.stats())))
        .register(registry);
  }
}

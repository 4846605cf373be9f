package io.hmsops.server.app;

import io.hmsops.server.api.ReloadStatus;
import io.hmsops.server.rules.RuleSet;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** What tells an alert that the configuration at work is not the one in the files. */
final class ConfigMetrics {
  private static final double MS_PER_SECOND = 1000;

  private ConfigMetrics() {}

  static void register(
      PrometheusRegistry registry, Supplier<ReloadStatus> reload, Supplier<RuleSet> rules) {
    gauge(
        registry,
        "prometheus_config_last_reload_successful",
        "Whether the last reading of the configuration worked.",
        () -> reload.get().succeeded() ? 1 : 0);
    gauge(
        registry,
        "prometheus_config_last_reload_success_timestamp_seconds",
        "When the configuration was last read with success.",
        () -> reload.get().lastSuccessMs() / MS_PER_SECOND);
    gauge(
        registry,
        "hms_rule_files_quarantined",
        "Rule files that cannot be used.",
        () -> rules.get().quarantined().size());
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }
}

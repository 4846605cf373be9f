/**
 * The process's own metrics: a {@link io.prometheus.metrics.model.registry.PrometheusRegistry} is
 * created once and handed around, never static. Own names start with {@code hms_}; {@code
 * process_}, {@code jvm_} and a few {@code prometheus_} names are the field's.
 */
package io.hmsops.server.telemetry;

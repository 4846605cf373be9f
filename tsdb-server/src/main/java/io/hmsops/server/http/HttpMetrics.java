package io.hmsops.server.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.IntSupplier;

/**
 * What the server counts about itself. Requests and durations have the field's names, since its
 * dashboards ask for them; the handler label is the route's pattern, never the path, so clients
 * cannot create series.
 */
final class HttpMetrics {
  private static final String NO_ROUTE = "none";

  private final PrometheusRegistry registry;
  private final Counter requests;
  private final Histogram durations;
  private final Counter sentBytes;

  HttpMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    requests =
        Counter.builder()
            .name("prometheus_http_requests_total")
            .help("HTTP requests by route and status.")
            .labelNames("handler", "code")
            .register(registry);
    durations =
        Histogram.builder()
            .name("prometheus_http_request_duration_seconds")
            .help("Time from a request's arrival to its answer's last byte, by route.")
            .labelNames("handler")
            .classicOnly()
            .classicUpperBounds(0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120)
            .register(registry);
    sentBytes =
        Counter.builder()
            .name("hms_http_response_bytes_total")
            .help("Bytes of answers' bodies as sent.")
            .register(registry);
  }

  void watch(Admission admission) {
    gauge("hms_http_requests_at_work", "HTTP requests at work.", admission::atWork);
    gauge("hms_http_requests_waiting", "HTTP requests that wait.", admission::waiting);
  }

  void gauge(String name, String help, IntSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsInt()))
        .register(registry);
  }

  void answered(String pattern, int status, long bytes) {
    requests.labelValues(handler(pattern), Integer.toString(status)).inc();
    sentBytes.inc(bytes);
  }

  void duration(String pattern, long nanos) {
    durations.labelValues(handler(pattern)).observe(nanos / 1e9);
  }

  private static String handler(String pattern) {
    return pattern.isEmpty() ? NO_ROUTE : pattern;
  }
}

package io.hmsops.server.scrape;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What is lost or goes wrong, counted under upstream's names. */
final class ScrapeMetrics {
  final Counter outOfOrder;
  final Counter outOfBounds;
  final Counter duplicateTimestamp;
  final Counter otherRejections;
  final Counter sampleLimitExceeded;
  final Counter targetLimitExceeded;
  final Counter appendFailed;
  final Counter seriesRefused;
  final Counter scrapes;

  ScrapeMetrics(PrometheusRegistry registry) {
    outOfOrder =
        counter(
            registry,
            "prometheus_target_scrapes_sample_out_of_order_total",
            "Samples rejected because they were older than the newest of their series.");
    outOfBounds =
        counter(
            registry,
            "prometheus_target_scrapes_sample_out_of_bounds_total",
            "Samples rejected because their timestamp was outside the time that is accepted.");
    duplicateTimestamp =
        counter(
            registry,
            "prometheus_target_scrapes_sample_duplicate_timestamp_total",
            "Samples rejected because another value was there at their timestamp.");
    otherRejections =
        counter(
            registry,
            "hms_target_scrapes_sample_rejected_total",
            "Samples the storage rejected for another reason.");
    sampleLimitExceeded =
        counter(
            registry,
            "prometheus_target_scrapes_exceeded_sample_limit_total",
            "Scrapes that failed because of sample_limit.");
    targetLimitExceeded =
        counter(
            registry,
            "prometheus_target_scrape_pool_exceeded_target_limit_total",
            "Times a job had more targets than target_limit.");
    appendFailed =
        counter(
            registry,
            "hms_target_scrapes_append_failed_total",
            "Scrapes whose samples could not be written.");
    seriesRefused =
        counter(
            registry,
            "hms_target_scrapes_series_refused_total",
            "New series that the storage refused because of a limit.");
    scrapes = counter(registry, "hms_target_scrapes_total", "Scrapes, failed ones included.");
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(name).help(help).register(registry);
  }
}

package io.hmsops.server.telemetry;

import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a registry as a scrape reads it. Thread-safe. */
public final class MetricsText {
  private final PrometheusRegistry registry;
  private final PrometheusTextFormatWriter text = PrometheusTextFormatWriter.create();
  private final OpenMetricsTextFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();

  /**
   * Creates a writer.
   *
   * @param registry what to write
   */
  public MetricsText(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /**
   * {@return the media type that will be written}
   *
   * @param accept the scraper's {@code Accept} header, may be empty
   */
  public String contentType(String accept) {
    return wantsOpenMetrics(accept) ? openMetrics.getContentType() : text.getContentType();
  }

  /**
   * Writes all metrics.
   *
   * @param accept the scraper's {@code Accept} header, may be empty
   * @param out where to write; not closed
   * @throws IOException if that fails
   */
  public void write(String accept, OutputStream out) throws IOException {
    MetricSnapshots snapshots = registry.scrape();
    if (wantsOpenMetrics(accept)) {
      openMetrics.write(out, snapshots);
    } else {
      text.write(out, snapshots);
    }
  }

  private boolean wantsOpenMetrics(String accept) {
    return openMetrics.accepts(accept);
  }
}

package io.hmsops.server.config;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The formats in which a target may answer. */
public enum ScrapeProtocol {
  /** The protobuf format; accepted in files, not asked for. */
  PROMETHEUS_PROTO(
      "PrometheusProto",
      "application/vnd.google.protobuf",
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
      false),
  /** Text format 0.0.4. */
  PROMETHEUS_TEXT_0_0_4("PrometheusText0.0.4", "text/plain", "text/plain;version=0.0.4", false),
  /** Text format 1.0.0, with quoted names. */
  PROMETHEUS_TEXT_1_0_0("PrometheusText1.0.0", "text/plain", "text/plain;version=1.0.0", true),
  /** OpenMetrics 0.0.1. */
  OPEN_METRICS_0_0_1(
      "OpenMetricsText0.0.1",
      "application/openmetrics-text",
      "application/openmetrics-text;version=0.0.1",
      false),
  /** OpenMetrics 1.0.0. */
  OPEN_METRICS_1_0_0(
      "OpenMetricsText1.0.0",
      "application/openmetrics-text",
      "application/openmetrics-text;version=1.0.0",
      true);

  private final String text;
  private final String mediaType;
  private final String header;
  private final boolean escapingStated;

  ScrapeProtocol(String text, String mediaType, String header, boolean escapingStated) {
    this.text = text;
    this.mediaType = mediaType;
    this.header = header;
    this.escapingStated = escapingStated;
  }

  /** {@return the name in configuration files} */
  public String text() {
    return text;
  }

  /** {@return the media type without parameters} */
  public String mediaType() {
    return mediaType;
  }

  /** {@return the entry in an {@code Accept} header, without escaping and weight} */
  public String header() {
    return header;
  }

  /** {@return whether the escaping of names is part of the header} */
  public boolean escapingStated() {
    return escapingStated;
  }

  static @Nullable ScrapeProtocol of(String text) {
    return Arrays.stream(values()).filter(p -> p.text.equals(text)).findFirst().orElse(null);
  }
}

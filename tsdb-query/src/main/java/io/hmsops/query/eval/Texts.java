package io.hmsops.query.eval;

import io.hmsops.query.function.GoText;

/** The texts of annotations, in the wording of Prometheus. */
final class Texts {
  static final String INCOMPATIBLE_BUCKETS =
      "incompatible bucket layout encountered for binary operator ";

  static final String MIXED_FOR_AGGREGATION =
      "encountered a mix of histograms and floats for aggregation";

  static final String SORT_WITHOUT_EFFECT =
      "sort is ineffective for range queries since results are always ordered by labels";

  private Texts() {}

  static String mixedTypes(String metric) {
    return "encountered a mix of histograms and floats for metric name " + quote(metric);
  }

  static String mixedSchemas(String metric) {
    return "vector contains a mix of histograms with exponential and custom buckets schemas for metric name "
        + quote(metric);
  }

  static String mixedClassicAndNative(String metric) {
    return "vector contains a mix of classic and native histograms" + forMetric(metric);
  }

  static String notCounter(String metric) {
    return "this native histogram metric is not a counter: " + quote(metric);
  }

  static String notGauge(String metric) {
    return "this native histogram metric is not a gauge: " + quote(metric);
  }

  static String possiblyNotCounter(String metric) {
    return "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
        + quote(metric);
  }

  static String possiblyNotCounter(String metric, String type) {
    return "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got "
        + quote(type)
        + ": "
        + quote(metric);
  }

  static String invalidQuantile(double quantile) {
    return "quantile value should be between 0 and 1, got "
        + io.hmsops.query.function.GoFormat.general(quantile);
  }

  static String ignoredHistogramsInRange(String metric) {
    return "ignored histograms in a range containing both floats and histograms for metric name "
        + quote(metric);
  }

  static String ignoredHistogramIn(String aggregation) {
    return "ignored histogram in " + aggregation + " aggregation";
  }

  /** Operation is {@code addition}, {@code subtraction} or {@code aggregation}. */
  static String resetCollision(String operation) {
    return "conflicting counter resets during histogram " + operation;
  }

  static String reconciledBuckets(String operation) {
    return "mismatched custom buckets were reconciled during " + operation;
  }

  static String badBucketBound(String bound, String metric) {
    return "bucket label \"le\" is missing or has a malformed value of "
        + quote(bound)
        + forMetric(metric);
  }

  static String overlappingStartTime(String metric) {
    return "sample has start time that overlaps with previous sample timestamp for metric "
        + quote(metric);
  }

  static String repairedBuckets(String metric) {
    return "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
        + forMetric(metric);
  }

  static String nanObservations(String function, String consequence, String metric) {
    return "input to " + function + " has NaN observations, " + consequence + forMetric(metric);
  }

  static String forMetric(String metric) {
    return metric.isEmpty() ? "" : " for metric name " + quote(metric);
  }

  /** As Go's {@code %q}. */
  static String quote(String text) {
    return GoText.quote(text);
  }
}

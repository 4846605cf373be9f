package io.hmsops.query.script;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Makes histograms with custom buckets out of the classic ones of a {@code load}. */
final class CustomBuckets {
  private static final int[] NO_SPANS = {};
  private static final double[] NO_BUCKETS = {};

  /** A classic histogram at one time: cumulative counts by upper bound. */
  private static final class Classic {
    final NavigableMap<Double, Double> cumulative = new TreeMap<>();
    OptionalDouble count = OptionalDouble.empty();
    double sum;
  }

  private final Map<Labels, NavigableMap<Long, Classic>> byLabels = new LinkedHashMap<>();

  private CustomBuckets() {}

  /** Returns the histograms by labels and timestamp in milliseconds. */
  static Map<Labels, NavigableMap<Long, Histogram>> of(Command.Load load) {
    CustomBuckets buckets = new CustomBuckets();
    for (SeriesLine series : load.series()) {
      buckets.collect(series, load.stepMs());
    }
    Map<Labels, NavigableMap<Long, Histogram>> histograms = new LinkedHashMap<>();
    buckets.byLabels.forEach(
        (labels, byTime) -> {
          NavigableMap<Long, Histogram> converted = new TreeMap<>();
          byTime.forEach((timestampMs, classic) -> converted.put(timestampMs, convert(classic)));
          histograms.put(labels, converted);
        });
    return histograms;
  }

  private void collect(SeriesLine series, long stepMs) {
    String name = series.labels().metricName();
    if (name.endsWith("_bucket")) {
      double bound = bound(series.labels().get(Label.BUCKET));
      if (!Double.isNaN(bound)) {
        each(series, stepMs, "_bucket", (classic, value) -> classic.cumulative.put(bound, value));
      }
    } else if (name.endsWith("_count")) {
      each(series, stepMs, "_count", (classic, v) -> classic.count = OptionalDouble.of(v));
    } else if (name.endsWith("_sum")) {
      each(series, stepMs, "_sum", (classic, value) -> classic.sum = value);
    }
  }

  private static double bound(String text) {
    try {
      return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      // Not a bucket; the classic series keeps it, and queries complain about it.
      return Double.NaN;
    }
  }

  /** What to do with one value. */
  private interface Part {
    void set(Classic classic, double value);
  }

  private void each(SeriesLine series, long stepMs, String suffix, Part part) {
    String name = series.labels().metricName();
    Labels labels =
        series
            .labels()
            .without(Label.BUCKET)
            .with(Label.METRIC_NAME, name.substring(0, name.length() - suffix.length()));
    for (int i = 0; i < series.items().size(); i++) {
      if (series.items().get(i) instanceof Item.Value(var value) && !StaleMarker.is(value)) {
        Classic classic =
            byLabels
                .computeIfAbsent(labels, _ -> new TreeMap<>())
                .computeIfAbsent(i * stepMs, _ -> new Classic());
        part.set(classic, value);
      }
    }
  }

  private static Histogram convert(Classic classic) {
    NavigableMap<Double, Double> cumulative = classic.cumulative;
    double last = cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue();
    double count = classic.count.orElse(last);
    cumulative.putIfAbsent(Double.POSITIVE_INFINITY, count);
    double[] populations = new double[cumulative.size()];
    double[] bounds = new double[cumulative.size() - 1];
    double below = 0;
    int i = 0;
    boolean whole = count == Math.rint(count);
    for (Map.Entry<Double, Double> bucket : cumulative.entrySet()) {
      populations[i] = bucket.getValue() - below;
      whole &= bucket.getValue() == Math.rint(bucket.getValue());
      below = bucket.getValue();
      if (i < bounds.length) {
        bounds[i] = bucket.getKey();
      }
      i++;
    }
    return new Histogram(
        Histogram.CUSTOM_SCHEMA,
        0,
        0,
        count,
        classic.sum,
        new int[] {0, populations.length},
        populations,
        NO_SPANS,
        NO_BUCKETS,
        bounds,
        CounterResetHint.UNKNOWN,
        whole);
  }
}

package io.hmsops.server.api;

import io.hmsops.tsdb.sample.Histogram;

/** Writes a native histogram with its buckets that are not empty, ascending. */
final class HistogramJson {
  private static final int OPEN_LEFT = 0;
  private static final int OPEN_RIGHT = 1;
  private static final int CLOSED = 3;

  private final JsonWriter json;
  private final Histogram histogram;
  private boolean begun;

  private HistogramJson(JsonWriter json, Histogram histogram) {
    this.json = json;
    this.histogram = histogram;
  }

  static void write(JsonWriter json, Histogram histogram) {
    json.writeStartObject();
    json.writeName("count");
    json.writeValue(histogram.count());
    json.writeName("sum");
    json.writeValue(histogram.sum());
    new HistogramJson(json, histogram).writeBuckets();
    json.writeEndObject();
  }

  private void writeBuckets() {
    writeNegative();
    double threshold = histogram.zeroThreshold();
    writeBucket(CLOSED, -threshold, threshold, histogram.zeroCount());
    writePositive();
    if (begun) {
      json.writeEndArray();
    }
  }

  private void writeBucket(int bounds, double lower, double upper, double population) {
    if (population == 0) {
      return;
    }
    if (!begun) {
      json.writeArrayPropertyStart("buckets");
      begun = true;
    }
    json.writeStartArray();
    json.writeNumber(bounds);
    json.writeValue(lower);
    json.writeValue(upper);
    json.writeValue(population);
    json.writeEndArray();
  }

  private void writePositive() {
    int[] indexes = indexes(histogram.positiveSpans(), histogram.positiveBuckets().length);
    for (int i = 0; i < indexes.length; i++) {
      double lower = bound(indexes[i] - 1);
      // The first custom bucket has no lower bound; upstream shows it closed.
      int bounds = lower == Double.NEGATIVE_INFINITY ? CLOSED : OPEN_LEFT;
      writeBucket(bounds, lower, bound(indexes[i]), histogram.positiveBuckets()[i]);
    }
  }

  private void writeNegative() {
    int[] indexes = indexes(histogram.negativeSpans(), histogram.negativeBuckets().length);
    for (int i = indexes.length - 1; i >= 0; i--) {
      writeBucket(
          OPEN_RIGHT, -bound(indexes[i]), -bound(indexes[i] - 1), histogram.negativeBuckets()[i]);
    }
  }

  private static int[] indexes(int[] spans, int count) {
    int[] indexes = new int[count];
    int next = 0;
    int filled = 0;
    for (int span = 0; span < spans.length; span += 2) {
      next += spans[span];
      for (int i = 0; i < spans[span + 1]; i++) {
        indexes[filled++] = next++;
      }
    }
    return indexes;
  }

  /** {@return the upper bound of a positive bucket} */
  private double bound(int index) {
    if (histogram.isCustom()) {
      double[] bounds = histogram.customBounds();
      if (index < 0) {
        return Double.NEGATIVE_INFINITY;
      }
      return index < bounds.length ? bounds[index] : Double.POSITIVE_INFINITY;
    }
    return Math.pow(2, index * Math.pow(2, -histogram.schema()));
  }
}

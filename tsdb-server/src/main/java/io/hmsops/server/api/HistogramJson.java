package io.hmsops.server.api;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramBuckets;

/** Writes a native histogram with its buckets that are not empty, ascending. */
final class HistogramJson {
  private static final int OPEN_LEFT = 0;
  private static final int OPEN_RIGHT = 1;
  private static final int OPEN = 2;
  private static final int CLOSED = 3;

  private HistogramJson() {}

  static void write(JsonWriter json, Histogram histogram) {
    json.writeStartObject();
    json.writeName("count");
    json.writeValue(histogram.count());
    json.writeName("sum");
    json.writeValue(histogram.sum());
    HistogramBuckets buckets = HistogramBuckets.disjoint(histogram);
    boolean begun = false;
    for (int at = 0; at < buckets.size(); at++) {
      if (buckets.count(at) == 0) {
        continue;
      }
      if (!begun) {
        json.writeArrayPropertyStart("buckets");
        begun = true;
      }
      json.writeStartArray();
      json.writeNumber(bounds(buckets, at));
      json.writeValue(buckets.lower(at));
      json.writeValue(buckets.upper(at));
      json.writeValue(buckets.count(at));
      json.writeEndArray();
    }
    if (begun) {
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static int bounds(HistogramBuckets buckets, int at) {
    if (buckets.includesLower(at)) {
      return buckets.includesUpper(at) ? CLOSED : OPEN_RIGHT;
    }
    return buckets.includesUpper(at) ? OPEN_LEFT : OPEN;
  }
}

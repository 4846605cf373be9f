package io.hmsops.query.eval;

import io.hmsops.query.function.GoFormat;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramBuckets;

/** Samples as label values. */
final class SampleTexts {
  private SampleTexts() {}

  static String of(Column column, int step) {
    Histogram histogram = column.histogram(step);
    return histogram == null ? GoFormat.plain(column.value(step)) : of(histogram);
  }

  static String of(Histogram histogram) {
    StringBuilder text =
        new StringBuilder("{count:")
            .append(GoFormat.general(histogram.count()))
            .append(", sum:")
            .append(GoFormat.general(histogram.sum()));
    HistogramBuckets buckets = HistogramBuckets.asWritten(histogram);
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.count(i) != 0) {
        text.append(", ")
            .append(buckets.includesLower(i) ? '[' : '(')
            .append(GoFormat.general(buckets.lower(i)))
            .append(',')
            .append(GoFormat.general(buckets.upper(i)))
            .append(buckets.includesUpper(i) ? ']' : ')')
            .append(':')
            .append(GoFormat.general(buckets.count(i)));
      }
    }
    return text.append('}').toString();
  }
}

package io.hmsops.query.differential;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramBuckets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample of an answer.
 *
 * @param value the float, or the sum of a histogram
 * @param histogram what a histogram has beside its sum, null for a float
 */
record Point(double value, @Nullable Shape histogram) {
  private static final double RELATIVE = 1e-9;

  /**
   * Count and buckets of a histogram.
   *
   * @param count the number of observations
   * @param buckets those that are not empty, ascending
   */
  record Shape(double count, List<Bucket> buckets) {}

  /**
   * One bucket.
   *
   * @param lower the lower bound
   * @param upper the upper bound
   * @param count the number of observations
   */
  record Bucket(double lower, double upper, double count) {}

  static Point of(double value, @Nullable Histogram histogram) {
    if (histogram == null) {
      return new Point(value, null);
    }
    HistogramBuckets flat = HistogramBuckets.disjoint(histogram);
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < flat.size(); i++) {
      if (flat.count(i) != 0) {
        buckets.add(new Bucket(flat.lower(i), flat.upper(i), flat.count(i)));
      }
    }
    return new Point(histogram.sum(), new Shape(histogram.count(), buckets));
  }

  /** {@return whether another point is the same but for rounding; {@code noise} is absolute} */
  boolean matches(@Nullable Point other, double noise) {
    if (other == null || !same(value, other.value, noise)) {
      return false;
    }
    if (histogram == null || other.histogram == null) {
      return histogram == null && other.histogram == null;
    }
    List<Bucket> mine = histogram.buckets();
    List<Bucket> theirs = other.histogram.buckets();
    boolean same =
        same(histogram.count(), other.histogram.count(), noise) && mine.size() == theirs.size();
    for (int i = 0; same && i < mine.size(); i++) {
      same =
          same(mine.get(i).lower(), theirs.get(i).lower(), 0)
              && same(mine.get(i).upper(), theirs.get(i).upper(), 0)
              && same(mine.get(i).count(), theirs.get(i).count(), noise);
    }
    return same;
  }

  private static boolean same(double a, double b, double noise) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) && Double.isNaN(b);
    }
    return a == b
        || Math.abs(a - b) <= Math.max(noise, RELATIVE * Math.max(Math.abs(a), Math.abs(b)));
  }
}

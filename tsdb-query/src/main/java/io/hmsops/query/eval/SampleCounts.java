package io.hmsops.query.eval;

import io.hmsops.tsdb.sample.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How many samples each step of a query could see, as Prometheus counts them: each sample of each
 * window of a range vector, each sample an instant selector takes; a histogram counts for as many
 * samples as it is large. Only made for queries that ask for it. Thread-safe.
 */
public final class SampleCounts {
  /** The size of a float sample, which a histogram is measured in. */
  private static final int SAMPLE_BYTES = 16;

  /** The size of a histogram in Prometheus, without its spans, buckets and bounds. */
  private static final int HISTOGRAM_BYTES = 168;

  private final long[] seen;
  private final long[] read;

  /**
   * Counts nothing yet.
   *
   * @param steps how many steps there are
   */
  public SampleCounts(int steps) {
    seen = new long[steps];
    read = new long[steps];
  }

  /** {@return how many samples each step could see} */
  public long[] seen() {
    return seen.clone();
  }

  /** {@return how many of them no step before had seen} */
  public long[] read() {
    return read.clone();
  }

  /** Counts the windows over one series. */
  synchronized void addWindows(WindowTable table, Samples samples) {
    int[] from = table.from();
    int[] to = table.to();
    if (samples.hasHistograms()) {
      addHistogramWindows(from, to, samples);
      return;
    }
    int behind = 0;
    for (int step = 0; step < seen.length; step++) {
      seen[step] += to[step] - from[step];
      read[step] += to[step] - Math.max(from[step], Math.min(behind, to[step]));
      behind = Math.max(behind, to[step]);
    }
  }

  private void addHistogramWindows(int[] from, int[] to, Samples samples) {
    long[] sizeBefore = new long[samples.count() + 1];
    for (int i = 0; i < samples.count(); i++) {
      sizeBefore[i + 1] = sizeBefore[i] + size(samples.histogram(i));
    }
    int behind = 0;
    for (int step = 0; step < seen.length; step++) {
      seen[step] += sizeBefore[to[step]] - sizeBefore[from[step]];
      int first = Math.max(from[step], Math.min(behind, to[step]));
      read[step] += sizeBefore[to[step]] - sizeBefore[first];
      behind = Math.max(behind, to[step]);
    }
  }

  /** Counts what an instant selector has taken of one series. */
  synchronized void addTaken(Column column, WindowTable table) {
    int last = -1;
    for (int step = 0; step < seen.length; step++) {
      if (column.has(step)) {
        long size = size(column.histogram(step));
        seen[step] += size;
        if (table.to()[step] != last) {
          read[step] += size;
          last = table.to()[step];
        }
      }
    }
  }

  /** Counts samples as seen and read by the first step. */
  synchronized void addAtFirst(Samples samples) {
    for (int i = 0; i < samples.count(); i++) {
      long size = size(samples.histogram(i));
      seen[0] += size;
      read[0] += size;
    }
  }

  /** Counts what a subquery has seen, all of it at the last step. */
  synchronized void addAtLast(SampleCounts subquery) {
    if (seen.length > 0) {
      seen[seen.length - 1] += sum(subquery.seen);
      read[read.length - 1] += sum(subquery.read);
    }
  }

  /** Counts what a part that is evaluated once has seen, at every step. */
  synchronized void addAtEvery(SampleCounts once) {
    long seenOnce = sum(once.seen);
    for (int step = 0; step < seen.length; step++) {
      seen[step] += seenOnce;
    }
    if (read.length > 0) {
      read[0] += sum(once.read);
    }
  }

  /** {@return empty counts of as many steps} */
  SampleCounts fresh() {
    return new SampleCounts(seen.length);
  }

  /** Takes over what an attempt that came to its end has counted. */
  synchronized void addAll(SampleCounts attempt) {
    for (int step = 0; step < seen.length; step++) {
      seen[step] += attempt.seen[step];
      read[step] += attempt.read[step];
    }
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  private static long size(@Nullable Histogram histogram) {
    if (histogram == null) {
      return 1;
    }
    int numbers =
        histogram.positiveSpans().length / 2
            + histogram.negativeSpans().length / 2
            + histogram.positiveBuckets().length
            + histogram.negativeBuckets().length
            + histogram.customBounds().length;
    return (HISTOGRAM_BYTES + Long.BYTES * (long) numbers + Long.BYTES) / SAMPLE_BYTES;
  }
}

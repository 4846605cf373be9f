package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.SampleBatch;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one series in memory, ascending by time, floats and histograms in one sequence.
 * Reused from series to series; grows, never shrinks.
 */
final class Samples {
  private static final int INITIAL_CAPACITY = 256;

  private long[] timesMs = new long[INITIAL_CAPACITY];
  private double[] values = new double[INITIAL_CAPACITY];
  private @Nullable Histogram @Nullable [] histograms;
  private long @Nullable [] startTimesMs;
  private int histogramCount;
  private int staleMarkers;
  private boolean hasStartTimes;
  private int count;

  void clear() {
    if (histograms != null && histogramCount > 0) {
      Arrays.fill(histograms, 0, count, null);
    }
    if (startTimesMs != null && hasStartTimes) {
      Arrays.fill(startTimesMs, 0, count, SampleBatch.NO_START_TIMESTAMP);
    }
    count = 0;
    histogramCount = 0;
    staleMarkers = 0;
    hasStartTimes = false;
  }

  void add(long timeMs, double value) {
    ensureCapacity(1);
    timesMs[count] = timeMs;
    values[count++] = value;
  }

  /** Adds floats without start timestamps, none of them a staleness marker. */
  void addAll(long[] fromTimesMs, double[] fromValues, int from, int to) {
    int length = to - from;
    ensureCapacity(length);
    System.arraycopy(fromTimesMs, from, timesMs, count, length);
    System.arraycopy(fromValues, from, values, count, length);
    count += length;
  }

  /** Remembers that a staleness marker is among the samples. */
  void noteStaleMarker() {
    staleMarkers++;
  }

  /** Whether a staleness marker is among the samples. */
  boolean hasStaleMarkers() {
    return staleMarkers > 0;
  }

  void add(long timeMs, Histogram histogram) {
    ensureCapacity(1);
    if (histograms == null) {
      histograms = new Histogram[timesMs.length];
    }
    timesMs[count] = timeMs;
    values[count] = Double.NaN;
    histograms[count++] = histogram;
    histogramCount++;
  }

  /** The histogram of a sample that is known to be one. */
  Histogram existingHistogram(int index) {
    return Objects.requireNonNull(histogram(index));
  }

  /** Gives the sample added last a start timestamp. */
  void setLastStartTimeMs(long startTimeMs) {
    if (startTimesMs == null) {
      startTimesMs = new long[timesMs.length];
    }
    startTimesMs[count - 1] = startTimeMs;
    hasStartTimes = true;
  }

  private void ensureCapacity(int more) {
    if (count + more > timesMs.length) {
      int capacity = Math.max(2 * timesMs.length, count + more);
      timesMs = Arrays.copyOf(timesMs, capacity);
      values = Arrays.copyOf(values, capacity);
      if (histograms != null) {
        histograms = Arrays.copyOf(histograms, capacity);
      }
      if (startTimesMs != null) {
        startTimesMs = Arrays.copyOf(startTimesMs, capacity);
      }
    }
  }

  int count() {
    return count;
  }

  long timeMs(int index) {
    return timesMs[index];
  }

  /** The timestamps; entries 0 to {@link #count} − 1 are defined. */
  long[] timesMs() {
    return timesMs;
  }

  /** The floats; undefined where there is a histogram. */
  double[] values() {
    return values;
  }

  double value(int index) {
    return values[index];
  }

  @Nullable Histogram histogram(int index) {
    return histograms == null ? null : histograms[index];
  }

  /** Puts a histogram in the place of another. */
  void replace(int index, Histogram histogram) {
    if (histograms == null || histograms[index] == null) {
      throw new IllegalStateException("sample %d is not a histogram".formatted(index));
    }
    histograms[index] = histogram;
  }

  boolean hasHistograms() {
    return histogramCount > 0;
  }

  boolean hasStartTimes() {
    return hasStartTimes;
  }

  long startTimeMs(int index) {
    return hasStartTimes && startTimesMs != null
        ? startTimesMs[index]
        : SampleBatch.NO_START_TIMESTAMP;
  }

  /** A copy as part of a result. */
  Evaluation.SeriesPoints toPoints(Labels labels) {
    return new Evaluation.SeriesPoints(
        labels,
        Arrays.copyOf(timesMs, count),
        Arrays.copyOf(values, count),
        histograms != null && histogramCount > 0 ? Arrays.copyOf(histograms, count) : null);
  }
}

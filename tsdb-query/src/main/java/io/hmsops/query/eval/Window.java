package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Objects;

/**
 * What a range function sees at one step: samples {@code from} to {@code to} − 1 of a series, and
 * the window's edges. One instance slides over all steps of all series.
 */
final class Window {
  private Samples samples = new Samples();
  private Labels labels = Labels.EMPTY;
  private final Samples scratch = new Samples();
  private int from;
  private int to;
  private long startMs;
  private long endMs;
  private long evaluationMs;
  private int step;
  private boolean hasFloats;
  private boolean hasHistograms;

  /** Begins a new series. */
  void reset(Samples newSamples, Labels newLabels) {
    samples = newSamples;
    labels = newLabels;
    from = 0;
    to = 0;
  }

  /**
   * Moves to a step; steps come in ascending order.
   *
   * @param reachMs how far before the start samples are still seen
   * @param aheadMs how far behind the end samples are still seen
   */
  void slide(
      int newStep,
      long newEvaluationMs,
      long newStartMs,
      long newEndMs,
      long reachMs,
      long aheadMs) {
    step = newStep;
    evaluationMs = newEvaluationMs;
    startMs = newStartMs;
    endMs = newEndMs;
    while (from < samples.count() && samples.timeMs(from) <= startMs - reachMs) {
      from++;
    }
    to = Math.max(to, from);
    while (to < samples.count() && samples.timeMs(to) <= endMs + aheadMs) {
      to++;
    }
    classify();
  }

  private void classify() {
    hasFloats = false;
    hasHistograms = false;
    if (!samples.hasHistograms()) {
      hasFloats = from < to;
      return;
    }
    for (int i = from; i < to; i++) {
      if (samples.histogram(i) == null) {
        hasFloats = true;
      } else {
        hasHistograms = true;
      }
    }
  }

  boolean isEmpty() {
    return from == to;
  }

  boolean hasFloats() {
    return hasFloats;
  }

  boolean hasHistograms() {
    return hasHistograms;
  }

  boolean isMixed() {
    return hasFloats && hasHistograms;
  }

  Samples samples() {
    return samples;
  }

  /** The samples that are floats, as a window that has nothing else. */
  Floats floats() {
    if (!hasHistograms) {
      return new Floats(samples.timesMs(), samples.values(), from, to);
    }
    scratch.clear();
    for (int i = from; i < to; i++) {
      if (samples.histogram(i) == null) {
        scratch.add(samples.timeMs(i), samples.value(i));
      }
    }
    return new Floats(scratch.timesMs(), scratch.values(), 0, scratch.count());
  }

  /** A stretch of two columns. */
  @SuppressWarnings("ArrayRecordComponent") // a view, never compared
  record Floats(long[] timesMs, double[] values, int from, int to) {
    int size() {
      return to - from;
    }
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int size() {
    return to - from;
  }

  long startMs() {
    return startMs;
  }

  long endMs() {
    return endMs;
  }

  long evaluationMs() {
    return evaluationMs;
  }

  int step() {
    return step;
  }

  String metricName() {
    return labels.metricName();
  }

  Labels labels() {
    return labels;
  }

  /** The histogram of a sample that is known to be one. */
  Histogram histogram(int index) {
    return Objects.requireNonNull(samples.histogram(index));
  }
}

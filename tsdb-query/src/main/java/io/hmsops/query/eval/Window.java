package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a range function sees at one step: samples {@code from} to {@code to} − 1 of a series, and
 * the window's edges. One instance slides over all steps of all series.
 */
final class Window {
  private Samples samples = new Samples();
  private @Nullable SampleSource source;
  private int index;
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
  void reset(Samples newSamples, SampleSource newSource, int newIndex) {
    samples = newSamples;
    source = newSource;
    index = newIndex;
    from = 0;
    to = 0;
  }

  /** Moves to the window of a step. */
  void move(WindowTable table, int newStep) {
    step = newStep;
    evaluationMs = table.frame().grid().timeMs(newStep);
    startMs = table.frame().startMs(newStep);
    endMs = table.frame().endMs(newStep);
    from = table.from()[newStep];
    to = table.to()[newStep];
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
    return label(Label.METRIC_NAME);
  }

  /** The value of one of the series' labels, empty if there is none. */
  String label(String name) {
    return Objects.requireNonNull(source).label(index, name);
  }

  /** The histogram of a sample that is known to be one. */
  Histogram histogram(int index) {
    return samples.existingHistogram(index);
  }
}

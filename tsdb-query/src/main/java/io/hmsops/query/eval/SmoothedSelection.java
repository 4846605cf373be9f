package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;

/**
 * The {@code smoothed} instant selector: the value at a time is interpolated between the samples
 * around it, both within the look-back. Floats and histograms within it do not go together, even
 * far from that time.
 */
final class SmoothedSelection {
  private final EvalContext context;
  private final Span span;
  private final HistogramLine line;

  SmoothedSelection(EvalContext context, Span span) {
    this.context = context;
    this.span = span;
    this.line = new HistogramLine(context.annotations(), span);
  }

  void fill(Samples all, WindowFrame frame, String metricName, Column column) {
    Samples samples = withoutStaleMarkers(all);
    int[] histograms = histogramsBefore(samples);
    int from = 0;
    int next = 0;
    int to = 0;
    for (int step = 0; step < frame.steps(); step++) {
      long timeMs = frame.endMs(step);
      from = firstAfter(samples, from, timeMs - context.lookbackMs());
      next = firstAfter(samples, Math.max(next, from), timeMs);
      to = firstAfter(samples, Math.max(to, next), timeMs + context.lookbackMs());
      int count = histograms[to] - histograms[from];
      if (count > 0 && count < to - from) {
        context.annotations().warn(Texts.mixedTypes(metricName), span);
      } else if (next > from) {
        boolean exact = samples.timeMs(next - 1) == timeMs;
        if (exact || next == to) {
          copy(samples, next - 1, exact, column, step);
        } else {
          interpolate(samples, next - 1, timeMs, metricName, column, step);
        }
      }
    }
  }

  private static int firstAfter(Samples samples, int from, long timeMs) {
    int index = from;
    while (index < samples.count() && samples.timeMs(index) <= timeMs) {
      index++;
    }
    return index;
  }

  private static int[] histogramsBefore(Samples samples) {
    int[] before = new int[samples.count() + 1];
    for (int i = 0; i < samples.count(); i++) {
      before[i + 1] = before[i] + (samples.histogram(i) == null ? 0 : 1);
    }
    return before;
  }

  private static Samples withoutStaleMarkers(Samples all) {
    Samples samples = new Samples();
    for (int i = 0; i < all.count(); i++) {
      Histogram histogram = all.histogram(i);
      if (histogram != null) {
        if (!histogram.isStale()) {
          samples.add(all.timeMs(i), histogram);
        }
      } else if (!StaleMarker.is(all.value(i))) {
        samples.add(all.timeMs(i), all.value(i));
      }
    }
    return samples;
  }

  /** What is carried on is no longer next to the sample that its hint speaks of. */
  private static void copy(Samples samples, int index, boolean exact, Column column, int step) {
    Histogram histogram = samples.histogram(index);
    if (histogram == null) {
      column.set(step, samples.value(index));
    } else {
      column.set(step, exact ? histogram : histogram.withResetHint(CounterResetHint.UNKNOWN));
    }
  }

  private void interpolate(
      Samples samples, int before, long timeMs, String metricName, Column column, int step) {
    Histogram left = samples.histogram(before);
    Histogram right = samples.histogram(before + 1);
    if (left == null || right == null) {
      long beforeMs = samples.timeMs(before);
      double first = samples.value(before);
      column.set(
          step,
          first
              + (samples.value(before + 1) - first)
                  * (timeMs - beforeMs)
                  / (samples.timeMs(before + 1) - beforeMs));
    } else if (left.isCustom() != right.isCustom()) {
      context.annotations().warn(Texts.mixedSchemas(metricName), span);
    } else {
      boolean counter =
          left.resetHint() != CounterResetHint.GAUGE || right.resetHint() != CounterResetHint.GAUGE;
      column.set(step, line.at(samples, before, timeMs, counter));
    }
  }
}

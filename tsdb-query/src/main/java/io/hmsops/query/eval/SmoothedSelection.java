package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.StaleMarker;

/**
 * The {@code smoothed} instant selector: the value at a time is interpolated between the samples
 * around it, both within the look-back.
 */
final class SmoothedSelection {
  private final EvalContext context;
  private final Span span;

  SmoothedSelection(EvalContext context, Span span) {
    this.context = context;
    this.span = span;
  }

  void fill(Samples all, WindowFrame frame, String metricName, Column column) {
    Samples samples = withoutStaleMarkers(all);
    int next = 0;
    for (int step = 0; step < frame.steps(); step++) {
      long timeMs = frame.endMs(step);
      while (next < samples.count() && samples.timeMs(next) <= timeMs) {
        next++;
      }
      int before = next - 1;
      if (before < 0 || samples.timeMs(before) <= timeMs - context.lookbackMs()) {
        continue;
      }
      boolean hasAfter =
          next < samples.count() && samples.timeMs(next) <= timeMs + context.lookbackMs();
      if (samples.timeMs(before) == timeMs || !hasAfter) {
        copy(samples, before, column, step);
      } else {
        interpolate(samples, before, timeMs, metricName, column, step);
      }
    }
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

  private static void copy(Samples samples, int index, Column column, int step) {
    Histogram histogram = samples.histogram(index);
    if (histogram != null) {
      column.set(step, histogram);
    } else {
      column.set(step, samples.value(index));
    }
  }

  private void interpolate(
      Samples samples, int before, long timeMs, String metricName, Column column, int step) {
    Histogram left = samples.histogram(before);
    Histogram right = samples.histogram(before + 1);
    long leftMs = samples.timeMs(before);
    double fraction = (double) (timeMs - leftMs) / (samples.timeMs(before + 1) - leftMs);
    if (left == null && right == null) {
      double first = samples.value(before);
      column.set(step, first + (samples.value(before + 1) - first) * fraction);
    } else if (left != null && right != null) {
      if (left.isCustom() != right.isCustom()) {
        context.annotations().warn(Texts.mixedSchemas(metricName), span);
        return;
      }
      boolean counter =
          left.resetHint() != CounterResetHint.GAUGE || right.resetHint() != CounterResetHint.GAUGE;
      column.set(step, HistogramMath.interpolate(left, right, fraction, counter));
    } else {
      context.annotations().warn(Texts.mixedTypes(metricName), span);
    }
  }
}

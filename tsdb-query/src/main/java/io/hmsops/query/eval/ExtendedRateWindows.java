package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.HistogramSum;

/**
 * {@code rate}, {@code increase} and {@code delta} over {@code anchored} and {@code smoothed}
 * ranges: the values at both edges are picked or interpolated from samples around them, and nothing
 * is extrapolated.
 */
final class ExtendedRateWindows implements WindowFunction {
  private final WindowCall call;
  private final boolean counter;
  private final boolean perSecond;
  private final CounterNames counterNames;
  private final boolean smoothed;

  ExtendedRateWindows(WindowCall call, boolean counter, boolean perSecond) {
    this.call = call;
    this.counter = counter;
    this.perSecond = perSecond;
    this.counterNames = new CounterNames(call);
    this.smoothed = call.edges() == Edges.SMOOTHED;
  }

  @Override
  public void apply(Window window, Column out) {
    Samples samples = window.samples();
    int first = window.from();
    while (first + 1 < window.to() && samples.timeMs(first + 1) <= window.startMs()) {
      first++;
    }
    int last = window.to() - 1;
    while (last - 1 >= first && samples.timeMs(last - 1) >= window.endMs()) {
      last--;
    }
    if (samples.timeMs(last) <= window.startMs() || samples.timeMs(first) > window.endMs()) {
      return;
    }
    boolean floats = false;
    boolean histograms = false;
    for (int i = first; i <= last; i++) {
      floats |= samples.histogram(i) == null;
      histograms |= samples.histogram(i) != null;
    }
    if (floats && histograms) {
      call.annotations().warn(Texts.mixedTypes(window.metricName()), call.rangeSpan());
    } else if (histograms) {
      applyToHistograms(window, first, last, out);
    } else {
      double increase = floatIncrease(window, first, last);
      out.set(window.step(), perSecond ? increase / (call.rangeMs() / 1000.0) : increase);
      if (counter) {
        counterNames.informIfNotCounter(window);
      }
    }
  }

  private double floatIncrease(Window window, int first, int last) {
    Samples samples = window.samples();
    double left =
        smoothed && samples.timeMs(first) < window.startMs()
            ? interpolate(samples, first, window.startMs())
            : samples.value(first);
    double right =
        smoothed && last > first && samples.timeMs(last) > window.endMs()
            ? interpolate(samples, last - 1, window.endMs())
            : samples.value(last);
    double increase = right - left;
    if (!counter) {
      return increase;
    }
    double previous = left;
    for (int i = first; i <= last; i++) {
      if (samples.timeMs(i) > window.startMs() && samples.timeMs(i) < window.endMs()) {
        if (samples.value(i) < previous) {
          increase += previous;
        }
        previous = samples.value(i);
      }
    }
    return right < previous ? increase + previous : increase;
  }

  private double interpolate(Samples samples, int index, long timeMs) {
    double left = samples.value(index);
    double right = samples.value(index + 1);
    if (counter && right < left) {
      left = 0;
    }
    return left + (right - left) * fraction(samples, index, timeMs);
  }

  private static double fraction(Samples samples, int index, long timeMs) {
    long leftMs = samples.timeMs(index);
    return (double) (timeMs - leftMs) / (samples.timeMs(index + 1) - leftMs);
  }

  private void applyToHistograms(Window window, int first, int last, Column out) {
    for (int i = first + 1; i <= last; i++) {
      if (window.histogram(i).isCustom() != window.histogram(first).isCustom()) {
        call.annotations().warn(Texts.mixedSchemas(window.metricName()), call.rangeSpan());
        return;
      }
    }
    warnOfWrongHints(window, first, last);
    Samples samples = window.samples();
    Histogram left =
        smoothed && samples.timeMs(first) < window.startMs()
            ? interpolateHistogram(window, first, window.startMs())
            : window.histogram(first);
    boolean interpolatedRight = smoothed && last > first && samples.timeMs(last) > window.endMs();
    Histogram right =
        interpolatedRight
            ? interpolateHistogram(window, last - 1, window.endMs())
            : window.histogram(last);
    HistogramSum increase = HistogramSum.plain(right).subtract(left);
    inform(increase, "subtraction");
    if (counter) {
      addResets(window, first, last, left, right, increase);
    }
    if (perSecond) {
      increase.divide(call.rangeMs() / 1000.0);
    }
    out.set(window.step(), increase.result().withResetHint(CounterResetHint.GAUGE));
  }

  private void addResets(
      Window window, int first, int last, Histogram left, Histogram right, HistogramSum increase) {
    Histogram previous = left;
    for (int i = first; i <= last; i++) {
      long timeMs = window.samples().timeMs(i);
      if (timeMs > window.startMs() && timeMs < window.endMs()) {
        Histogram current = window.histogram(i);
        if (i > first && isReset(current, previous, window.histogram(i - 1))) {
          increase.add(previous);
        }
        previous = current;
      }
    }
    if (!right.equals(previous)
        && last > 0
        && isReset(right, previous, window.histogram(last - 1))) {
      increase.add(previous);
    }
  }

  /** A hint speaks of the sample before, not of a value interpolated in its place. */
  private static boolean isReset(Histogram current, Histogram previous, Histogram sampleBefore) {
    Histogram seen =
        previous.equals(sampleBefore) ? current : current.withResetHint(CounterResetHint.UNKNOWN);
    return HistogramMath.isReset(seen, previous);
  }

  private Histogram interpolateHistogram(Window window, int index, long timeMs) {
    double fraction = fraction(window.samples(), index, timeMs);
    Histogram left = window.histogram(index);
    Histogram right = window.histogram(index + 1);
    Histogram between = HistogramMath.interpolate(left, right, fraction, counter);
    return between.withResetHint(CounterResetHint.UNKNOWN);
  }

  private void warnOfWrongHints(Window window, int first, int last) {
    boolean wrong = false;
    for (int i = first; i <= last; i++) {
      boolean gauge = window.histogram(i).resetHint() == CounterResetHint.GAUGE;
      wrong |= counter ? gauge : !gauge && (i == first || i == last);
    }
    if (wrong) {
      String name = window.metricName();
      call.annotations()
          .warn(counter ? Texts.notCounter(name) : Texts.notGauge(name), call.rangeSpan());
    }
  }

  private void inform(HistogramSum sum, String operation) {
    if (sum.boundsReconciled()) {
      call.annotations().inform(Texts.reconciledBuckets(operation), call.rangeSpan());
    }
  }
}

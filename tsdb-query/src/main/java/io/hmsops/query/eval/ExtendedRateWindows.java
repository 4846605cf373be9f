package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;

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
    if (window.isMixed()) {
      call.annotations().warn(Texts.mixedTypes(window.metricName()), call.rangeSpan());
      return;
    }
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
    if (window.hasHistograms()) {
      new ExtendedHistogramRate(call, window, counter, perSecond).apply(first, last, out);
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
    if (!counter) {
      return right - left;
    }
    // What is added for resets is added up for itself first, as in Prometheus: digits depend on it.
    double lost = 0;
    double previous = left;
    for (int i = first; i <= last; i++) {
      if (samples.timeMs(i) > window.startMs() && samples.timeMs(i) < window.endMs()) {
        if (samples.value(i) < previous) {
          lost += previous;
        }
        previous = samples.value(i);
      }
    }
    return right - left + (right < previous ? lost + previous : lost);
  }

  private double interpolate(Samples samples, int index, long timeMs) {
    double left = samples.value(index);
    double right = samples.value(index + 1);
    if (counter && right < left) {
      left = 0;
    }
    long leftMs = samples.timeMs(index);
    return left + (right - left) * (timeMs - leftMs) / (samples.timeMs(index + 1) - leftMs);
  }
}

package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.HistogramSum;
import org.jspecify.annotations.Nullable;

/**
 * {@link ExtendedRateWindows} of one window of native histograms.
 *
 * <p>Behaves as {@code extendedHistogramRate} of Prometheus.
 */
final class ExtendedHistogramRate {
  private final WindowCall call;
  private final Window window;
  private final Samples samples;
  private final boolean counter;
  private final boolean perSecond;
  private final boolean smoothed;
  private final HistogramLine line;

  ExtendedHistogramRate(WindowCall call, Window window, boolean counter, boolean perSecond) {
    this.call = call;
    this.window = window;
    this.samples = window.samples();
    this.counter = counter;
    this.perSecond = perSecond;
    this.smoothed = call.edges() == Edges.SMOOTHED;
    this.line = new HistogramLine(call.annotations(), call.rangeSpan());
  }

  /** Computes the increase from the first sample to the last, or to the edges near them. */
  void apply(int first, int last, Column out) {
    if (!goTogether(first, last)) {
      return;
    }
    Histogram left =
        smoothed && samples.timeMs(first) < window.startMs()
            ? line.at(samples, first, window.startMs(), counter)
            : window.histogram(first);
    Histogram right =
        smoothed && last > 0 && samples.timeMs(last) > window.endMs()
            ? line.at(samples, last - 1, window.endMs(), counter)
            : window.histogram(last);
    if (!counter && !(isGauge(left) && isGauge(right))) {
      call.annotations().warn(Texts.notGauge(window.metricName()), call.rangeSpan());
    }
    HistogramSum increase = HistogramSum.plain(right).subtract(left);
    inform(increase, "subtraction");
    HistogramSum lost = counter ? lostInResets(first, last, left, right) : null;
    if (lost != null) {
      increase.add(lost.result());
      inform(increase, "addition");
    }
    if (perSecond) {
      increase.divide(call.rangeMs() / 1000.0);
    }
    out.set(window.step(), increase.result().withResetHint(CounterResetHint.GAUGE));
  }

  private static boolean isGauge(Histogram histogram) {
    return histogram.resetHint() == CounterResetHint.GAUGE;
  }

  private boolean goTogether(int first, int last) {
    String name = window.metricName();
    for (int i = first; i <= last; i++) {
      if (window.histogram(i).isCustom() != window.histogram(first).isCustom()) {
        call.annotations().warn(Texts.mixedSchemas(name), call.rangeSpan());
        return false;
      }
      if (counter && isGauge(window.histogram(i))) {
        call.annotations().warn(Texts.notCounter(name), call.rangeSpan());
      }
    }
    return true;
  }

  /** The sum of what stood before each reset inside the window, null if there was none. */
  private @Nullable HistogramSum lostInResets(
      int first, int last, Histogram left, Histogram right) {
    int next = first + 1;
    Histogram previous = left;
    if (smoothed
        && samples.timeMs(first) < window.startMs()
        && HistogramMath.isReset(window.histogram(next), window.histogram(first))) {
      // The value interpolated at the left edge has seen this reset.
      previous = window.histogram(next);
      next++;
    }
    if (next > last) {
      return null;
    }
    HistogramSum lost = null;
    // The last sample is not looked at: the right value stands for it, and has its hint.
    for (int i = next; i < last; i++) {
      Histogram current = window.histogram(i);
      lost = addIfReset(lost, current, previous);
      previous = current;
    }
    return addIfReset(lost, right, previous);
  }

  private @Nullable HistogramSum addIfReset(
      @Nullable HistogramSum lost, Histogram current, Histogram previous) {
    if (!HistogramMath.isReset(current, previous)) {
      return lost;
    }
    if (lost == null) {
      return HistogramSum.plain(previous);
    }
    lost.add(previous);
    inform(lost, "addition");
    return lost;
  }

  private void inform(HistogramSum sum, String operation) {
    if (sum.takeReconciled()) {
      call.annotations().inform(Texts.reconciledBuckets(operation), call.rangeSpan());
    }
  }
}

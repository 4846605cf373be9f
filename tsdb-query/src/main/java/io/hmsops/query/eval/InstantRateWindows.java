package io.hmsops.query.eval;

import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.HistogramSum;

/** {@code irate} and {@code idelta}: the last two samples of the window. */
final class InstantRateWindows implements WindowFunction {
  private final WindowCall call;
  private final boolean counter;
  private final StartTimes startTimes;

  InstantRateWindows(WindowCall call, boolean counter) {
    this.call = call;
    this.counter = counter;
    this.startTimes = new StartTimes(call);
  }

  @Override
  public void apply(Window window, Column out) {
    if (window.size() < 2) {
      return;
    }
    Samples samples = window.samples();
    int last = window.to() - 1;
    double seconds = (samples.timeMs(last) - samples.timeMs(last - 1)) / 1000.0;
    Histogram now = samples.histogram(last);
    Histogram before = samples.histogram(last - 1);
    if (now == null && before == null) {
      double difference = samples.value(last);
      if (!counter || !isReset(window, samples.value(last) < samples.value(last - 1))) {
        difference -= samples.value(last - 1);
      }
      out.set(window.step(), counter ? difference / seconds : difference);
    } else if (now != null && before != null) {
      applyToHistograms(window, now, before, seconds, out);
    } else {
      call.annotations().warn(Texts.mixedTypes(window.metricName()), call.argumentsSpan());
    }
  }

  private boolean isReset(Window window, boolean fell) {
    return startTimes.isReset(window, window.to() - 1, window.to() - 2) || fell;
  }

  private void applyToHistograms(
      Window window, Histogram now, Histogram before, double seconds, Column out) {
    warnOfWrongHints(window, now, before);
    HistogramSum difference = HistogramSum.plain(now);
    if (!counter || !isReset(window, HistogramMath.isReset(now, before))) {
      if (!difference.accepts(before)) {
        call.annotations().warn(Texts.mixedSchemas(window.metricName()), call.argumentsSpan());
        return;
      }
      difference.subtract(before);
      if (difference.boundsReconciled()) {
        call.annotations().inform(Texts.reconciledBuckets("subtraction"), call.argumentsSpan());
      }
    }
    if (counter) {
      difference.divide(seconds);
    }
    out.set(window.step(), difference.result().withResetHint(CounterResetHint.GAUGE));
  }

  private void warnOfWrongHints(Window window, Histogram now, Histogram before) {
    boolean nowGauge = now.resetHint() == CounterResetHint.GAUGE;
    boolean beforeGauge = before.resetHint() == CounterResetHint.GAUGE;
    if (counter && (nowGauge || beforeGauge)) {
      call.annotations().warn(Texts.notCounter(window.metricName()), call.argumentsSpan());
    } else if (!counter && !(nowGauge && beforeGauge)) {
      call.annotations().warn(Texts.notGauge(window.metricName()), call.argumentsSpan());
    }
  }
}

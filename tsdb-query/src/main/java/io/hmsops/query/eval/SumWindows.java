package io.hmsops.query.eval;

import io.hmsops.query.function.KahanSum;
import io.hmsops.query.function.Mean;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramSum;

/** {@code sum_over_time} and {@code avg_over_time}. */
final class SumWindows {
  private final WindowCall call;

  SumWindows(WindowCall call) {
    this.call = call;
  }

  void sum(Window window, Column out) {
    if (isMixed(window)) {
      return;
    }
    if (window.hasHistograms()) {
      sumHistograms(window, out, false);
      return;
    }
    KahanSum sum = new KahanSum();
    double[] values = window.samples().values();
    for (int i = window.from(); i < window.to(); i++) {
      sum.add(values[i]);
    }
    out.set(window.step(), sum.value());
  }

  void average(Window window, Column out) {
    if (isMixed(window)) {
      return;
    }
    if (window.hasHistograms()) {
      sumHistograms(window, out, true);
      return;
    }
    Mean mean = new Mean();
    double[] values = window.samples().values();
    for (int i = window.from(); i < window.to(); i++) {
      mean.add(values[i]);
    }
    out.set(window.step(), mean.value());
  }

  private boolean isMixed(Window window) {
    if (window.isMixed()) {
      call.annotations().warn(Texts.mixedTypes(window.metricName()), call.rangeSpan());
    }
    return window.isMixed();
  }

  private void sumHistograms(Window window, Column out, boolean average) {
    HistogramSum sum = new HistogramSum(window.histogram(window.from()));
    for (int i = window.from() + 1; i < window.to(); i++) {
      Histogram next = window.histogram(i);
      if (!sum.accepts(next)) {
        call.annotations().warn(Texts.mixedSchemas(window.metricName()), call.rangeSpan());
        return;
      }
      sum.add(next);
    }
    if (sum.resetsCollided()) {
      call.annotations().warn(Texts.resetCollision("aggregation"), call.rangeSpan());
    }
    if (sum.boundsReconciled()) {
      call.annotations().inform(Texts.reconciledBuckets("aggregation"), call.rangeSpan());
    }
    if (average && sum.overflowed()) {
      HistogramSum mean = new HistogramSum(window.histogram(window.from())).divide(window.size());
      for (int i = window.from() + 1; i < window.to(); i++) {
        mean.add(new HistogramSum(window.histogram(i)).divide(window.size()).result());
      }
      out.set(window.step(), mean.result());
    } else {
      out.set(window.step(), (average ? sum.divide(window.size()) : sum).result());
    }
  }
}

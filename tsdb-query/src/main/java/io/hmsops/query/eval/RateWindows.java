package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.HistogramSum;
import io.hmsops.tsdb.storage.SampleBatch;
import org.jspecify.annotations.Nullable;

/**
 * {@code rate}, {@code increase} and {@code delta}: the difference of last and first sample,
 * extrapolated to the window's edges.
 *
 * <p>Behaves as {@code extrapolatedRate} of Prometheus.
 */
final class RateWindows implements WindowFunction {
  private final WindowCall call;
  private final boolean counter;
  private final boolean perSecond;
  private final CounterNames counterNames;
  private final StartTimes startTimes;

  private RateWindows(WindowCall call, boolean counter, boolean perSecond) {
    this.call = call;
    this.counter = counter;
    this.perSecond = perSecond;
    this.counterNames = new CounterNames(call);
    this.startTimes = new StartTimes(call);
  }

  /** One of the three functions. */
  static RangeFunction function(boolean counter, boolean perSecond) {
    return RangeFunction.of(
        call ->
            call.edges() == Edges.PLAIN
                ? new RateWindows(call, counter, perSecond)
                : new ExtendedRateWindows(call, counter, perSecond),
        call -> new RateColumns(call, counter, perSecond));
  }

  @Override
  public void apply(Window window, Column out) {
    if (window.isMixed()) {
      call.annotations().warn(Texts.mixedTypes(window.metricName()), call.rangeSpan());
      return;
    }
    long startTime = counter ? startTimes.ofFirst(window) : SampleBatch.NO_START_TIMESTAMP;
    boolean started = startTime != SampleBatch.NO_START_TIMESTAMP;
    if (window.size() < 2 && !started) {
      return;
    }
    if (window.hasHistograms()) {
      Histogram increase = histogramIncrease(window, started);
      if (increase != null) {
        double first = window.histogram(window.from()).count();
        double factor = factor(window, startTime, increase.count(), first);
        out.set(window.step(), new HistogramSum(increase).multiply(factor).result());
      }
    } else {
      double first = window.samples().value(window.from());
      double increase = floatIncrease(window);
      if (started) {
        increase += first;
      }
      out.set(window.step(), increase * factor(window, startTime, increase, first));
      informIfNotCounter(window);
    }
  }

  private double floatIncrease(Window window) {
    double[] values = window.samples().values();
    int last = window.to() - 1;
    double increase = values[last] - values[window.from()];
    if (!counter) {
      return increase;
    }
    for (int i = window.from() + 1; i <= last; i++) {
      boolean fell = values[i] < values[i - 1];
      if (startTimes.isReset(window, i, i - 1) || fell) {
        increase += values[i - 1];
      }
    }
    return increase;
  }

  /** What the plain increase is multiplied by. */
  private double factor(Window window, long startTime, double increase, double first) {
    boolean started = startTime != SampleBatch.NO_START_TIMESTAMP;
    Samples samples = window.samples();
    long firstMs = samples.timeMs(window.from());
    long lastMs = samples.timeMs(window.to() - 1);
    double sampled = (lastMs - firstMs) / 1000.0;
    double distance = window.size() > 1 ? sampled / (window.size() - 1) : 0;
    double threshold = distance * RateEdges.EDGE_DISTANCES;
    double toStart = (firstMs - window.startMs()) / 1000.0;
    double toEnd = (window.endMs() - lastMs) / 1000.0;
    if (started) {
      sampled = (lastMs - startTime) / 1000.0;
      toStart = 0;
    } else {
      if (toStart >= threshold) {
        toStart = distance / 2;
      }
      if (counter && increase > 0 && first >= 0) {
        // A counter cannot have been below zero: the line is not drawn on beyond that.
        double toZero = sampled * (first / increase);
        toStart = toZero < toStart ? toZero : toStart;
      }
    }
    if (toEnd >= threshold) {
      toEnd = distance / 2;
    }
    double factor = (sampled + toStart + toEnd) / sampled;
    return perSecond ? factor / (call.rangeMs() / 1000.0) : factor;
  }

  private void informIfNotCounter(Window window) {
    if (counter) {
      counterNames.informIfNotCounter(window);
    }
  }

  private @Nullable Histogram histogramIncrease(Window window, boolean started) {
    int from = window.from();
    int last = window.to() - 1;
    Histogram first = window.histogram(from);
    if (last == from) {
      return first.withResetHint(CounterResetHint.GAUGE);
    }
    Histogram previous = first;
    if (counter && isReset(window, from + 1)) {
      // Nothing of the first sample remains, so its layout does not matter either.
      previous = HistogramMath.nothingLike(window.histogram(from + 1));
    }
    if (!sameKindOfBuckets(window, previous)) {
      call.annotations().warn(Texts.mixedSchemas(window.metricName()), call.rangeSpan());
      return null;
    }
    warnOfWrongHints(window);
    HistogramSum increase =
        HistogramSum.plain(window.histogram(last))
            .reduceTo(coarsest(window, previous))
            .subtract(previous);
    informIfReconciled(increase, "subtraction");
    if (counter) {
      addResets(window, previous, increase);
      if (started) {
        if (!increase.accepts(first)) {
          call.annotations().warn(Texts.mixedSchemas(window.metricName()), call.rangeSpan());
          return null;
        }
        increase.add(first);
        informIfReconciled(increase, "addition");
      }
    }
    return increase.result().withResetHint(CounterResetHint.GAUGE);
  }

  /** The schema at which all that is added meets: how far zero buckets widen depends on it. */
  private int coarsest(Window window, Histogram first) {
    int schema = Math.min(first.schema(), window.histogram(window.to() - 1).schema());
    for (int i = window.from() + 1; counter && i < window.to() - 1; i++) {
      schema = Math.min(schema, window.histogram(i).schema());
    }
    return schema;
  }

  private void addResets(Window window, Histogram first, HistogramSum increase) {
    Histogram previous = first;
    for (int i = window.from() + 1; i < window.to(); i++) {
      Histogram current = window.histogram(i);
      boolean reset =
          startTimes.isReset(window, i, i - 1) || HistogramMath.isReset(current, previous);
      if (reset) {
        increase.add(previous);
        informIfReconciled(increase, "addition");
      }
      previous = current;
    }
  }

  private boolean isReset(Window window, int current) {
    return startTimes.isReset(window, current, current - 1)
        || HistogramMath.isReset(window.histogram(current), window.histogram(current - 1));
  }

  private void warnOfWrongHints(Window window) {
    int last = window.to() - 1;
    boolean wrong = false;
    if (counter) {
      for (int i = window.from(); i <= last; i++) {
        wrong |= window.histogram(i).resetHint() == CounterResetHint.GAUGE;
      }
    } else {
      wrong =
          window.histogram(window.from()).resetHint() != CounterResetHint.GAUGE
              || window.histogram(last).resetHint() != CounterResetHint.GAUGE;
    }
    if (wrong) {
      String name = window.metricName();
      call.annotations()
          .warn(counter ? Texts.notCounter(name) : Texts.notGauge(name), call.rangeSpan());
    }
  }

  private boolean sameKindOfBuckets(Window window, Histogram first) {
    for (int i = window.from() + 1; i < window.to(); i++) {
      boolean counts = counter || i == window.to() - 1;
      if (counts && window.histogram(i).isCustom() != first.isCustom()) {
        return false;
      }
    }
    return true;
  }

  private void informIfReconciled(HistogramSum sum, String operation) {
    if (sum.takeReconciled()) {
      call.annotations().inform(Texts.reconciledBuckets(operation), call.rangeSpan());
    }
  }
}

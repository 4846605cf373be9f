package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.query.function.Quantile;
import io.hmsops.query.function.Variance;
import java.util.Arrays;

/**
 * Range functions over floats alone. Histograms in the window are left out with an info; a window
 * of nothing but histograms has no result.
 */
final class FloatWindows {
  /** The kernel proper. */
  @FunctionalInterface
  interface Kernel {
    double apply(Window.Floats floats);
  }

  private final WindowCall call;

  FloatWindows(WindowCall call) {
    this.call = call;
  }

  /** The function that a kernel makes. */
  static RangeFunction function(Kernel kernel) {
    return RangeFunction.of(call -> new FloatWindows(call).of(kernel));
  }

  /** The function that a kernel makes, with one for whole series beside it. */
  static RangeFunction function(Kernel kernel, RangeFunction.FloatFactory floats) {
    return RangeFunction.of(call -> new FloatWindows(call).of(kernel), floats);
  }

  private WindowFunction of(Kernel kernel) {
    return (window, out) -> {
      if (takes(window)) {
        out.set(window.step(), kernel.apply(window.floats()));
      }
    };
  }

  /** Whether there are floats; informs if there is something else beside them. */
  boolean takes(Window window) {
    return takes(window, call.rangeSpan());
  }

  private boolean takes(Window window, Span place) {
    if (window.isMixed()) {
      call.annotations().inform(Texts.ignoredHistogramsInRange(window.metricName()), place);
    }
    return window.hasFloats();
  }

  static double min(Window.Floats floats) {
    double[] values = floats.values();
    double min = values[floats.from()];
    for (int i = floats.from() + 1; i < floats.to(); i++) {
      if (values[i] < min || Double.isNaN(min)) {
        min = values[i];
      }
    }
    return min;
  }

  static double max(Window.Floats floats) {
    double[] values = floats.values();
    double max = values[floats.from()];
    for (int i = floats.from() + 1; i < floats.to(); i++) {
      if (values[i] > max || Double.isNaN(max)) {
        max = values[i];
      }
    }
    return max;
  }

  static double timeOfMin(Window.Floats floats) {
    double[] values = floats.values();
    int at = floats.from();
    for (int i = at + 1; i < floats.to(); i++) {
      if (values[i] <= values[at] || Double.isNaN(values[at])) {
        at = i;
      }
    }
    return floats.timesMs()[at] / 1000.0;
  }

  static double timeOfMax(Window.Floats floats) {
    double[] values = floats.values();
    int at = floats.from();
    for (int i = at + 1; i < floats.to(); i++) {
      if (values[i] >= values[at] || Double.isNaN(values[at])) {
        at = i;
      }
    }
    return floats.timesMs()[at] / 1000.0;
  }

  static double variance(Window.Floats floats) {
    Variance variance = new Variance();
    for (int i = floats.from(); i < floats.to(); i++) {
      variance.add(floats.values()[i]);
    }
    return variance.value();
  }

  static double deviation(Window.Floats floats) {
    return Math.sqrt(variance(floats));
  }

  /** The median of the distances to the median; NaN if any value is. */
  static double medianDeviation(Window.Floats floats) {
    double[] values = copy(floats);
    for (double value : values) {
      if (Double.isNaN(value)) {
        return Double.NaN;
      }
    }
    double median = Quantile.of(0.5, values, values.length);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i] - median);
    }
    return Quantile.of(0.5, values, values.length);
  }

  void quantile(Window window, Column out) {
    double q = call.parameter(0, window);
    Span parameter = call.invoke().arguments().get(0).span();
    // As in Prometheus, both are said of the first argument.
    if (takes(window, parameter)) {
      if (Double.isNaN(q) || q < 0 || q > 1) {
        call.annotations().warn(Texts.invalidQuantile(q), parameter);
      }
      double[] values = copy(window.floats());
      out.set(window.step(), Quantile.of(q, values, values.length));
    }
  }

  private static double[] copy(Window.Floats floats) {
    return Arrays.copyOfRange(floats.values(), floats.from(), floats.to());
  }
}

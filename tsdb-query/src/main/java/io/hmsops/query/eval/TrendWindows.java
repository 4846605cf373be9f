package io.hmsops.query.eval;

import io.hmsops.query.function.GoFormat;
import io.hmsops.query.function.KahanSum;
import io.hmsops.query.limit.QueryFailure;
import java.util.Locale;

/** {@code deriv}, {@code predict_linear} and {@code double_exponential_smoothing}. */
final class TrendWindows {
  private static final int FEWEST_SAMPLES = 2;

  private final WindowCall call;
  private final FloatWindows floatWindows;

  /** A straight line: its rise per second and its value at the time of origin. */
  private record Line(double slope, double intercept) {}

  TrendWindows(WindowCall call) {
    this.call = call;
    this.floatWindows = new FloatWindows(call);
  }

  void derivative(Window window, Column out) {
    if (floatWindows.takes(window)) {
      Window.Floats floats = window.floats();
      if (floats.size() >= FEWEST_SAMPLES) {
        out.set(window.step(), fit(floats, floats.timesMs()[floats.from()]).slope());
      }
    }
  }

  void predict(Window window, Column out) {
    if (floatWindows.takes(window)) {
      Window.Floats floats = window.floats();
      if (floats.size() >= FEWEST_SAMPLES) {
        Line line = fit(floats, window.evaluationMs());
        out.set(window.step(), line.slope() * call.parameter(0, window) + line.intercept());
      }
    }
  }

  /** Least squares with compensated sums. */
  private static Line fit(Window.Floats floats, long originMs) {
    KahanSum sumX = new KahanSum();
    KahanSum sumY = new KahanSum();
    KahanSum sumXy = new KahanSum();
    KahanSum sumX2 = new KahanSum();
    double firstY = floats.values()[floats.from()];
    boolean constant = true;
    for (int i = floats.from(); i < floats.to(); i++) {
      double x = (floats.timesMs()[i] - originMs) / 1000.0;
      double y = floats.values()[i];
      constant &= i == floats.from() || y == firstY;
      sumX.add(x);
      sumY.add(y);
      sumXy.add(x * y);
      sumX2.add(x * x);
    }
    if (constant) {
      return Double.isInfinite(firstY) ? new Line(Double.NaN, Double.NaN) : new Line(0, firstY);
    }
    double n = floats.size();
    double x = sumX.compensated();
    double y = sumY.compensated();
    double covariance = sumXy.compensated() - x * y / n;
    double variance = sumX2.compensated() - x * x / n;
    double slope = covariance / variance;
    return new Line(slope, y / n - slope * x / n);
  }

  void smooth(Window window, Column out) {
    double smoothing = factor("smoothing", call.parameter(0, window));
    double trendFactor = factor("trend", call.parameter(1, window));
    if (!floatWindows.takes(window)) {
      return;
    }
    Window.Floats floats = window.floats();
    if (floats.size() < FEWEST_SAMPLES) {
      return;
    }
    double[] values = floats.values();
    int from = floats.from();
    double before = 0;
    double level = values[from];
    double trend = values[from + 1] - values[from];
    for (int i = 1; i < floats.size(); i++) {
      if (i > 1) {
        trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
      }
      double next = smoothing * values[from + i] + (1 - smoothing) * (level + trend);
      before = level;
      level = next;
    }
    out.set(window.step(), level);
  }

  private static double factor(String name, double value) {
    // NaN is neither, and gives NaN.
    if (value <= 0 || value >= 1) {
      throw QueryFailure.execution(
          "invalid %s factor. Expected: 0 < %s < 1, got: %s"
              .formatted(name, name.equals("trend") ? "tf" : "sf", sixDecimals(value)));
    }
    return value;
  }

  /** As Go's {@code %f}. */
  private static String sixDecimals(double value) {
    return Double.isNaN(value) || Double.isInfinite(value)
        ? GoFormat.plain(value)
        : String.format(Locale.ROOT, "%.6f", value);
  }
}

package io.hmsops.query.eval;

/*
 * The windows of a series without a reset cost two loads, a subtraction and a multiplication. What
 * a counter lost at resets is added in the order of time, so that sums have the bits of a plain
 * pass over the window.
 */
/** {@link RateWindows} over series of floats. */
final class RateColumns implements FloatKernel {
  /** An increase below this may vanish when it is multiplied by a guard. */
  private static final double TINY = 1e-290;

  private final boolean counter;
  private final boolean perSecond;
  private final CounterNames counterNames;
  private final WindowMeter meter;
  private int[] resets = new int[0];
  private int resetCount;

  RateColumns(WindowCall call, boolean counter, boolean perSecond) {
    this.counter = counter;
    this.perSecond = perSecond;
    this.counterNames = new CounterNames(call);
    this.meter = new WindowMeter(call.context().budget());
  }

  @Override
  public void apply(Window series, WindowTable table, Column out) {
    RateEdges edges = table.rateEdges(perSecond);
    double[] samples = series.samples().values();
    if (!counter) {
      differences(samples, edges, out.values());
    } else if (fallsSomewhere(samples, series.samples().count())) {
      findResets(samples, series.samples().count());
      increasesAcrossResets(samples, edges, out.values());
    } else {
      increases(samples, edges, out.values());
    }
    out.setFloats(table.pairs());
    if (counter && !out.isEmpty()) {
      counterNames.informIfNotCounter(series);
    }
  }

  private static void differences(double[] samples, RateEdges edges, double[] out) {
    int[] first = edges.first();
    int[] last = edges.last();
    double[] factors = edges.factors();
    for (int step = 0; step < out.length; step++) {
      out[step] = (samples[last[step]] - samples[first[step]]) * factors[step];
    }
  }

  private static void increases(double[] samples, RateEdges edges, double[] out) {
    int[] first = edges.first();
    int[] last = edges.last();
    double[] factors = edges.factors();
    double[] guards = edges.guards();
    for (int step = 0; step < out.length; step++) {
      double firstValue = samples[first[step]];
      double increase = samples[last[step]] - firstValue;
      double factor = factors[step];
      if (mayHaveBeenZero(increase, firstValue, guards[step])) {
        factor = edges.limited(step, increase, firstValue);
      }
      out[step] = increase * factor;
    }
  }

  private static boolean mayHaveBeenZero(double increase, double firstValue, double guard) {
    return increase > 0 && firstValue >= 0 && !(firstValue >= increase * guard && increase > TINY);
  }

  private static boolean fallsSomewhere(double[] samples, int count) {
    int falls = 0;
    for (int i = 1; i < count; i++) {
      falls += samples[i] < samples[i - 1] ? 1 : 0;
    }
    return falls > 0;
  }

  private void findResets(double[] samples, int count) {
    if (resets.length < count) {
      resets = new int[2 * count];
    }
    resetCount = 0;
    for (int i = 1; i < count; i++) {
      if (samples[i] < samples[i - 1]) {
        resets[resetCount++] = i;
      }
    }
  }

  private void increasesAcrossResets(double[] samples, RateEdges edges, double[] out) {
    double[] guards = edges.guards();
    int next = 0;
    for (int step = 0; step < out.length; step++) {
      int first = edges.first()[step];
      int last = edges.last()[step];
      double firstValue = samples[first];
      double increase = samples[last] - firstValue;
      while (next < resetCount && resets[next] <= first) {
        next++;
      }
      int i = next;
      for (; i < resetCount && resets[i] <= last; i++) {
        increase += samples[resets[i] - 1];
      }
      meter.look(i - next);
      double factor = edges.factors()[step];
      if (mayHaveBeenZero(increase, firstValue, guards[step])) {
        factor = edges.limited(step, increase, firstValue);
      }
      out[step] = increase * factor;
    }
  }
}

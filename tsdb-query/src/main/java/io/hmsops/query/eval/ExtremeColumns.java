package io.hmsops.query.eval;

/*
 * Two stacks in the place of a queue: for the samples before a middle the extreme of each one and
 * those after it is known ("suffix"); those behind it have one running extreme. When the window has
 * left the middle behind, its end becomes the new middle. So each sample is looked at twice, however
 * long windows are and however the values go.
 */
/** {@code min_over_time} and {@code max_over_time} over series of floats. */
final class ExtremeColumns implements FloatKernel {
  private final boolean max;
  private double[] suffix = new double[0];

  ExtremeColumns(boolean max) {
    this.max = max;
  }

  @Override
  public void apply(Window series, WindowTable table, Column out) {
    int count = series.samples().count();
    if (suffix.length < count) {
      suffix = new double[2 * count];
    }
    if (max) {
      maxima(series.samples().values(), table, out.values());
    } else {
      minima(series.samples().values(), table, out.values());
    }
    out.setFloats(table.present());
  }

  private void maxima(double[] samples, WindowTable table, double[] out) {
    int[] from = table.from();
    int[] to = table.to();
    int middle = 0;
    int seen = 0;
    double running = Double.NaN;
    for (int step = 0; step < out.length; step++) {
      int first = from[step];
      int end = to[step];
      if (first == end) {
        continue;
      }
      if (first >= middle) {
        double extreme = Double.NaN;
        for (int i = end - 1; i >= first; i--) {
          extreme = i == end - 1 ? samples[i] : larger(samples[i], extreme);
          suffix[i] = extreme;
        }
        middle = end;
        seen = end;
      }
      for (; seen < end; seen++) {
        running = seen == middle ? samples[seen] : larger(running, samples[seen]);
      }
      out[step] = end > middle ? larger(suffix[first], running) : suffix[first];
    }
  }

  private void minima(double[] samples, WindowTable table, double[] out) {
    int[] from = table.from();
    int[] to = table.to();
    int middle = 0;
    int seen = 0;
    double running = Double.NaN;
    for (int step = 0; step < out.length; step++) {
      int first = from[step];
      int end = to[step];
      if (first == end) {
        continue;
      }
      if (first >= middle) {
        double extreme = Double.NaN;
        for (int i = end - 1; i >= first; i--) {
          extreme = i == end - 1 ? samples[i] : smaller(samples[i], extreme);
          suffix[i] = extreme;
        }
        middle = end;
        seen = end;
      }
      for (; seen < end; seen++) {
        running = seen == middle ? samples[seen] : smaller(running, samples[seen]);
      }
      out[step] = end > middle ? smaller(suffix[first], running) : suffix[first];
    }
  }

  /** Of equal values the earlier; a NaN only beside another one, and then the later. */
  private static double larger(double earlier, double later) {
    return later > earlier || Double.isNaN(earlier) ? later : earlier;
  }

  private static double smaller(double earlier, double later) {
    return later < earlier || Double.isNaN(earlier) ? later : earlier;
  }
}

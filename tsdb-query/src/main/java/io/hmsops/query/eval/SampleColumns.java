package io.hmsops.query.eval;

/** {@link SampleWindows} over series of floats. */
final class SampleColumns {
  private SampleColumns() {}

  static void count(Window series, WindowTable table, Column out) {
    double[] values = out.values();
    int[] from = table.from();
    int[] to = table.to();
    for (int step = 0; step < values.length; step++) {
      values[step] = to[step] - from[step];
    }
    out.setFloats(table.present());
  }

  static void present(Window series, WindowTable table, Column out) {
    java.util.Arrays.fill(out.values(), 1);
    out.setFloats(table.present());
  }

  static void last(Window series, WindowTable table, Column out) {
    double[] values = out.values();
    double[] samples = series.samples().values();
    int[] to = table.to();
    for (int step = 0; step < values.length; step++) {
      // Before the first sample this is the first one, which does not count.
      values[step] = samples[Math.max(to[step] - 1, 0)];
    }
    out.setFloats(table.present());
  }

  static void first(Window series, WindowTable table, Column out) {
    double[] values = out.values();
    double[] samples = series.samples().values();
    int[] from = table.from();
    int last = series.samples().count() - 1;
    for (int step = 0; step < values.length; step++) {
      // Behind the last sample this is the last one, which does not count.
      values[step] = samples[Math.min(from[step], last)];
    }
    out.setFloats(table.present());
  }
}

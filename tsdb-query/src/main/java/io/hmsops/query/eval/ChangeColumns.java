package io.hmsops.query.eval;

/** {@code changes} and {@code resets} over series of floats. */
final class ChangeColumns implements FloatKernel {
  private final boolean resetsOnly;

  /** How many samples up to each one differ from the one before. */
  private int[] running = new int[0];

  ChangeColumns(boolean resetsOnly) {
    this.resetsOnly = resetsOnly;
  }

  @Override
  public void apply(Window series, WindowTable table, Column out) {
    double[] samples = series.samples().values();
    int count = series.samples().count();
    if (running.length < count) {
      running = new int[2 * count];
    }
    running[0] = 0;
    for (int i = 1; i < count; i++) {
      running[i] = running[i - 1] + (counts(samples[i - 1], samples[i]) ? 1 : 0);
    }
    double[] values = out.values();
    for (int step = 0; step < values.length; step++) {
      if (!table.isEmpty(step)) {
        values[step] = running[table.to()[step] - 1] - running[table.from()[step]];
      }
    }
    out.setFloats(table.present());
  }

  private boolean counts(double previous, double current) {
    return resetsOnly
        ? current < previous
        : current != previous && !(Double.isNaN(current) && Double.isNaN(previous));
  }
}

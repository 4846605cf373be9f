package io.hmsops.query.eval;

/** {@code irate} and {@code idelta} over series of floats. */
final class InstantRateColumns implements FloatKernel {
  private final boolean counter;

  InstantRateColumns(boolean counter) {
    this.counter = counter;
  }

  @Override
  public void apply(Window series, WindowTable table, Column out) {
    double[] samples = series.samples().values();
    double[] values = out.values();
    for (int step = 0; step < values.length; step++) {
      int last = table.to()[step] - 1;
      if (last - 1 < table.from()[step]) {
        continue;
      }
      double difference = samples[last];
      if (!counter || !(samples[last] < samples[last - 1])) {
        difference -= samples[last - 1];
      }
      double seconds = (table.timeMs(last) - table.timeMs(last - 1)) / 1000.0;
      values[step] = counter ? difference / seconds : difference;
    }
    out.setFloats(table.pairs());
  }
}

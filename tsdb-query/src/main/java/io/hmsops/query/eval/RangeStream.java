package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range function over series: a window slides over one series after the other. The windows of
 * equal timestamps are worked out once; a series of nothing but floats is handed to the function's
 * {@link FloatKernel} as a whole, where it has one.
 */
final class RangeStream implements ColumnStream {
  private final SampleSource source;
  private final WindowFrame frame;
  private final MetricNames names;
  private final boolean keepsName;
  private final KernelFactory factory;
  private final Runnable onClose;

  /**
   * The two forms of a range function.
   *
   * @param windows computes any window
   * @param floats computes all windows of a series of floats, with the same results; null if there
   *     is no such form
   * @param condensed how chunks may be condensed, and what computes windows of such; null if they
   *     may not
   */
  record Kernel(
      WindowFunction windows, @Nullable FloatKernel floats, @Nullable Condensed condensed) {}

  /** What a function needs of chunks, and how it is computed from that. */
  record Condensed(Condensation condensation, FloatKernel kernel) {}

  /** Makes a kernel for one worker. */
  @FunctionalInterface
  interface KernelFactory {
    Kernel create(EvalContext context);
  }

  RangeStream(
      SampleSource source,
      WindowFrame frame,
      MetricNames names,
      boolean keepsName,
      KernelFactory factory,
      Runnable onClose) {
    this.source = source;
    this.frame = frame;
    this.names = names;
    this.keepsName = keepsName;
    this.factory = factory;
    this.onClose = onClose;
  }

  @Override
  public int steps() {
    return frame.steps();
  }

  @Override
  public int count() {
    return source.count();
  }

  @Override
  public Labels labels(int index) {
    Labels labels = source.labels(index);
    return keepsName ? labels : names.dropped(labels);
  }

  @Override
  public String label(int index, String name) {
    return removesNames() && MetricNames.isMetadata(name) ? "" : source.label(index, name);
  }

  @Override
  public void labels(String name, int from, String[] into, int count) {
    if (removesNames() && MetricNames.isMetadata(name)) {
      Arrays.fill(into, 0, count, "");
    } else {
      source.labels(name, from, into, count);
    }
  }

  @Override
  public void approach(int[] indexes, int count) {
    source.approach(indexes, count);
  }

  @Override
  public boolean differOnlyIn(String name, int index, int other) {
    // What differs before names are removed may not differ after that: the caller finds out.
    return source.differOnlyIn(name, index, other);
  }

  private boolean removesNames() {
    return !keepsName && !names.delayed();
  }

  @Override
  public boolean dropName(int index) {
    return !keepsName || source.dropName(index);
  }

  @Override
  public boolean isUnique(int index) {
    return !removesNames() || source.differsWithoutNames(index);
  }

  @Override
  public boolean mustDiffer() {
    return !names.delayed();
  }

  @Override
  public Computation begin(EvalContext context, Scratch scratch) {
    return new WindowComputation(
        factory.create(context), context.counts(), scratch, new WindowMeter(context.budget()));
  }

  @Override
  public void close() {
    onClose.run();
  }

  private final class WindowComputation implements Computation {
    /** After this many series without a condensed chunk no more are tried. */
    private static final int TRIES = 16;

    private int triesLeft = TRIES;
    private final Kernel kernel;
    private final @Nullable SampleCounts counts;
    private final Scratch scratch;
    private final Window window = new Window();
    private final WindowTables tables;
    private final WindowMeter meter;

    WindowComputation(
        Kernel kernel, @Nullable SampleCounts counts, Scratch scratch, WindowMeter meter) {
      this.kernel = kernel;
      this.counts = counts;
      this.scratch = scratch;
      this.tables = scratch.tables(RangeStream.this, frame);
      this.meter = meter;
    }

    @Override
    public void compute(int index, Column out) {
      Condensed condensed = kernel.condensed();
      // What is counted one by one cannot be condensed.
      if (condensed != null
          && counts == null
          && triesLeft > 0
          && computeCondensed(condensed, index, out)) {
        return;
      }
      source.read(index, scratch);
      Samples samples = scratch.samples();
      if (samples.count() == 0) {
        return;
      }
      window.reset(samples, source, index);
      WindowTable table = tables.of(samples);
      if (counts != null) {
        counts.addWindows(table, samples);
      }
      FloatKernel floats = kernel.floats();
      if (floats != null && !samples.hasHistograms() && !samples.hasStartTimes()) {
        if (table.hasAny()) {
          floats.apply(window, table, out);
        }
      } else {
        slide(table, out);
      }
    }

    private boolean computeCondensed(Condensed condensed, int index, Column out) {
      if (!source.readCondensed(index, condensed.condensation(), scratch)) {
        return false;
      }
      triesLeft = scratch.takeSkips() > 0 ? TRIES : triesLeft - 1;
      Samples samples = scratch.samples();
      if (samples.count() > 0) {
        window.reset(samples, source, index);
        WindowTable table = tables.of(samples);
        if (table.hasAny()) {
          condensed.kernel().apply(window, table, out);
        }
      }
      return true;
    }

    private void slide(WindowTable table, Column out) {
      for (int step = 0; step < table.steps(); step++) {
        if (!table.isEmpty(step)) {
          meter.look(table.to()[step] - table.from()[step]);
          window.move(table, step);
          kernel.windows().apply(window, out);
        }
      }
    }
  }
}

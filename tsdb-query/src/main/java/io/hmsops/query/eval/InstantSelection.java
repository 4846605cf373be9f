package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.Shift;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;

/** Instant selectors: at each step the newest sample within the look-back. */
final class InstantSelection implements ColumnStream {
  /** What is taken from the sample found. */
  enum Take {
    /** Its value. */
    VALUE,
    /** When it was taken, in seconds; of a smoothed selector, too, the sample before the step. */
    TIMESTAMP,
    /** When its counter was started, in seconds. */
    START_TIMESTAMP
  }

  private final Plan.Select select;
  private final Take take;
  private final boolean smoothes;
  private final WindowFrame frame;
  private final SampleSource source;

  InstantSelection(EvalContext context, Plan.Select select, Grid grid, Take take) {
    this(context, select, grid, take, false);
  }

  /**
   * Finds the series.
   *
   * @param anyOrder whether they may come in any order, not that of their labels
   */
  InstantSelection(
      EvalContext context, Plan.Select select, Grid grid, Take take, boolean anyOrder) {
    this.select = select;
    this.take = take;
    this.smoothes = take == Take.VALUE && select.edges() == Edges.SMOOTHED;
    long lookbackMs = context.lookbackMs();
    long aheadMs = select.edges() == Edges.SMOOTHED ? lookbackMs : 0;
    Shift written = select.shift().withoutSlip();
    // What is fixed stands in a part of one step, unless Prometheus lets it move.
    boolean moves = take == Take.VALUE && select.shift().isFixed() && grid.count() > 1;
    Shift shift = moves ? select.shift().movingFrom(grid.startMs()) : select.shift();
    WindowFrame read = new WindowFrame(grid, shift, written, lookbackMs, 0, aheadMs);
    frame = smoothes ? read : new WindowFrame(grid, shift, written, lookbackMs, 0, 0);
    PlanProfile profile = context.profile();
    source =
        new StoredSeries(
            context.reader(),
            select,
            read,
            0,
            "",
            new SeriesReader.Needless(anyOrder, grid.count() == 1 && aheadMs == 0),
            true,
            profile == null ? null : profile.node(select));
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
    return source.labels(index);
  }

  @Override
  public String label(int index, String name) {
    return source.label(index, name);
  }

  @Override
  public void labels(String name, int from, String[] into, int count) {
    source.labels(name, from, into, count);
  }

  @Override
  public void approach(int[] indexes, int count) {
    source.approach(indexes, count);
  }

  @Override
  public boolean dropName(int index) {
    return false;
  }

  @Override
  public boolean isUnique(int index) {
    return true;
  }

  @Override
  public boolean mustDiffer() {
    return false;
  }

  @Override
  public Computation begin(EvalContext context, Scratch scratch) {
    WindowTables tables = scratch.tables(this, frame);
    Samples samples = scratch.samples();
    SampleCounts counts = context.counts();
    return (index, out) -> {
      source.read(index, scratch);
      if (samples.count() == 0) {
        return;
      }
      if (smoothes) {
        new SmoothedSelection(context, select.span())
            .fill(samples, frame, source.label(index, "__name__"), out);
      } else if (take == Take.VALUE && !samples.hasHistograms() && !samples.hasStaleMarkers()) {
        fillFloats(samples, tables.of(samples), out);
      } else {
        fill(samples, tables.of(samples), out);
      }
      if (counts != null) {
        counts.addTaken(out, tables.of(samples));
      }
    };
  }

  @Override
  public void close() {}

  private static void fillFloats(Samples samples, WindowTable table, Column out) {
    double[] values = out.values();
    double[] from = samples.values();
    int[] to = table.to();
    for (int step = 0; step < values.length; step++) {
      // Before the first sample this is the first one, which does not count.
      values[step] = from[Math.max(to[step] - 1, 0)];
    }
    out.setFloats(table.present());
  }

  private void fill(Samples samples, WindowTable table, Column out) {
    for (int step = 0; step < table.steps(); step++) {
      if (!table.isEmpty(step)) {
        take(samples, table.to()[step] - 1, step, out);
      }
    }
  }

  private void take(Samples samples, int index, int step, Column out) {
    Histogram histogram = samples.histogram(index);
    if (histogram != null ? histogram.isStale() : StaleMarker.is(samples.value(index))) {
      return;
    }
    switch (take) {
      case VALUE -> {
        if (histogram != null) {
          out.set(step, histogram);
        } else {
          out.set(step, samples.value(index));
        }
      }
      case TIMESTAMP -> out.set(step, samples.timeMs(index) / 1000.0);
      case START_TIMESTAMP -> out.set(step, samples.startTimeMs(index) / 1000.0);
    }
  }
}

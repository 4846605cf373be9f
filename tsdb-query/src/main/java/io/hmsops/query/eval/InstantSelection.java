package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Series;
import java.util.ArrayList;
import java.util.List;

/** Evaluates instant selectors: at each step the newest sample within the look-back. */
final class InstantSelection {
  /** What is taken from the sample found. */
  enum Take {
    /** Its value. */
    VALUE,
    /** When it was taken, in seconds. */
    TIMESTAMP,
    /** When its counter was started, in seconds. */
    START_TIMESTAMP
  }

  private final EvalContext context;
  private final Samples samples = new Samples();

  InstantSelection(EvalContext context) {
    this.context = context;
  }

  SeriesMatrix evaluate(Plan.Select select, Grid grid, Take take) {
    boolean smoothed = select.edges() == Edges.SMOOTHED;
    long firstMs = select.shift().apply(grid.startMs());
    long lastMs = select.shift().apply(grid.endMs());
    long minMs = firstMs - context.lookbackMs() + 1;
    long maxMs = smoothed ? lastMs + context.lookbackMs() : lastMs;
    List<Series> found =
        context
            .reader()
            .select(
                select.matchers(), new SeriesReader.Purpose(minMs, maxMs, grid.stepMs(), 0, ""));
    List<Column> columns = new ArrayList<>(found.size());
    for (Series series : found) {
      context.reader().read(series, minMs, maxMs, true, samples);
      if (samples.count() == 0) {
        continue;
      }
      if (select.countsOnly() && samples.hasHistograms()) {
        SeriesReader.resolveResets(samples);
      }
      Column column = new Column(series.labels(), false, grid.count());
      if (smoothed) {
        new SmoothedSelection(context, select.span()).fill(samples, select.shift(), grid, column);
      } else {
        fill(select, grid, take, column);
      }
      if (!column.isEmpty()) {
        columns.add(column);
      }
    }
    return new SeriesMatrix(grid.count(), columns);
  }

  private void fill(Plan.Select select, Grid grid, Take take, Column column) {
    int next = 0;
    for (int step = 0; step < grid.count(); step++) {
      long referenceMs = select.shift().apply(grid.timeMs(step));
      while (next < samples.count() && samples.timeMs(next) <= referenceMs) {
        next++;
      }
      int newest = next - 1;
      if (newest >= 0 && samples.timeMs(newest) > referenceMs - context.lookbackMs()) {
        take(newest, take, column, step);
      }
    }
  }

  private void take(int index, Take take, Column column, int step) {
    Histogram histogram = samples.histogram(index);
    if (histogram != null ? histogram.isStale() : StaleMarker.is(samples.value(index))) {
      return;
    }
    switch (take) {
      case VALUE -> {
        if (histogram != null) {
          column.set(step, histogram);
        } else {
          column.set(step, samples.value(index));
        }
      }
      case TIMESTAMP -> column.set(step, samples.timeMs(index) / 1000.0);
      case START_TIMESTAMP -> column.set(step, samples.startTimeMs(index) / 1000.0);
    }
  }
}

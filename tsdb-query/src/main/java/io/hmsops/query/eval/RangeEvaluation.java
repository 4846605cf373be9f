package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.Shift;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Series;
import java.util.ArrayList;
import java.util.List;

/**
 * Slides a window over the series of a range selector or subquery. Only one series' samples are in
 * memory at a time, and each is read once.
 */
final class RangeEvaluation {
  private final Evaluator evaluator;
  private final EvalContext context;

  /** Takes the samples of one series. */
  @FunctionalInterface
  interface SeriesVisitor {
    /**
     * Takes one series.
     *
     * @param samples without staleness markers, at least one, reused for the next series
     */
    void visit(Labels labels, boolean dropName, Samples samples);
  }

  RangeEvaluation(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.context = evaluator.context();
  }

  SeriesMatrix apply(
      Plan range, Grid grid, String function, boolean keepsName, WindowFunction kernel) {
    List<Column> columns = new ArrayList<>();
    Window window = new Window();
    forEachSeries(
        range,
        grid,
        function,
        (labels, dropName, samples) -> {
          Column out =
              keepsName
                  ? new Column(labels, dropName, grid.count())
                  : new Column(context.names().dropped(labels), true, grid.count());
          window.reset(samples, labels);
          slide(range, grid, window, kernel, out);
          if (!out.isEmpty()) {
            columns.add(out);
          }
        });
    return context.names().distinct(new SeriesMatrix(grid.count(), columns));
  }

  private void slide(Plan range, Grid grid, Window window, WindowFunction kernel, Column out) {
    Shift shift = shift(range);
    long rangeMs = rangeMs(range);
    long reachMs = reachMs(range);
    long aheadMs = aheadMs(range);
    for (int step = 0; step < grid.count(); step++) {
      long timeMs = grid.timeMs(step);
      long endMs = shift.apply(timeMs);
      window.slide(step, timeMs, endMs - rangeMs, endMs, reachMs, aheadMs);
      if (!window.isEmpty()) {
        kernel.apply(window, out);
      }
    }
  }

  void forEachSeries(Plan range, Grid grid, String function, SeriesVisitor visitor) {
    switch (range) {
      case Plan.SelectRange selectRange -> readSeries(selectRange, grid, function, visitor);
      case Plan.Subquery subquery -> evaluateSeries(subquery, grid, visitor);
      case Plan.Once(var operand) -> forEachSeries(operand, grid, function, visitor);
      case Plan.Constant _,
          Plan.Text _,
          Plan.Select _,
          Plan.Aggregate _,
          Plan.Invoke _,
          Plan.Operate _,
          Plan.Negate _ ->
          throw new AssertionError("not a range vector: " + range);
    }
  }

  private void readSeries(
      Plan.SelectRange range, Grid grid, String function, SeriesVisitor visitor) {
    Shift shift = range.selector().shift();
    long minMs = shift.apply(grid.startMs()) - range.rangeMs() - reachMs(range) + 1;
    long maxMs = shift.apply(grid.endMs()) + aheadMs(range);
    SeriesReader.Purpose purpose =
        new SeriesReader.Purpose(minMs, maxMs, grid.stepMs(), range.rangeMs(), function);
    Samples samples = new Samples();
    for (Series series : context.reader().select(range.selector().matchers(), purpose)) {
      context.reader().read(series, minMs, maxMs, false, samples);
      if (samples.count() > 0) {
        if (range.selector().countsOnly() && samples.hasHistograms()) {
          SeriesReader.resolveResets(samples);
        }
        visitor.visit(series.labels(), false, samples);
      }
    }
  }

  private void evaluateSeries(Plan.Subquery subquery, Grid grid, SeriesVisitor visitor) {
    long stepMs = subquery.stepMs();
    long afterMs = subquery.shift().apply(grid.startMs()) - subquery.rangeMs();
    long endMs = subquery.shift().apply(grid.endMs());
    // The first multiple of the step strictly after the window's open edge, also below zero.
    long startMs = (Math.floorDiv(afterMs, stepMs) + 1) * stepMs;
    Grid inner = Grid.of(startMs, endMs, stepMs);
    if (inner.count() == 0) {
      return;
    }
    SeriesMatrix matrix = evaluator.vectorOrScalar(subquery.operand(), inner);
    Samples samples = new Samples();
    for (Column column : matrix.columns()) {
      samples.clear();
      fill(column, inner, samples);
      if (samples.count() > 0) {
        visitor.visit(column.labels(), column.dropName(), samples);
      }
    }
    context.budget().release(matrix.cells());
  }

  private static void fill(Column column, Grid inner, Samples samples) {
    for (int step = 0; step < inner.count(); step++) {
      Histogram histogram = column.histogram(step);
      if (histogram != null) {
        // What was known against the sample before it is not known against another one.
        boolean gauge = histogram.resetHint() == CounterResetHint.GAUGE;
        samples.add(
            inner.timeMs(step),
            gauge ? histogram : histogram.withResetHint(CounterResetHint.UNKNOWN));
      } else if (column.hasFloat(step)) {
        samples.add(inner.timeMs(step), column.value(step));
      }
    }
  }

  static Shift shift(Plan range) {
    return switch (range) {
      case Plan.SelectRange selectRange -> selectRange.selector().shift();
      case Plan.Subquery subquery -> subquery.shift();
      default -> throw new AssertionError("not a range vector: " + range);
    };
  }

  static long rangeMs(Plan range) {
    return switch (range) {
      case Plan.SelectRange selectRange -> selectRange.rangeMs();
      case Plan.Subquery subquery -> subquery.rangeMs();
      default -> throw new AssertionError("not a range vector: " + range);
    };
  }

  private static Edges edges(Plan range) {
    return range instanceof Plan.SelectRange selectRange
        ? selectRange.selector().edges()
        : Edges.PLAIN;
  }

  private long reachMs(Plan range) {
    return edges(range) == Edges.PLAIN ? 0 : context.lookbackMs();
  }

  private long aheadMs(Plan range) {
    return edges(range) == Edges.SMOOTHED ? context.lookbackMs() : 0;
  }
}

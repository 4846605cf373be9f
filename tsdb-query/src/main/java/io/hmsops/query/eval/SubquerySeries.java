package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.SlipFixedTimes;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.util.List;

/** The series of a subquery: its expression evaluated at the multiples of its step. */
final class SubquerySeries implements SampleSource {
  private final Grid inner;
  private final List<Column> columns;

  SubquerySeries(Evaluator evaluator, Plan.Subquery subquery, Grid grid) {
    long stepMs = subquery.stepMs();
    long afterMs = subquery.shift().apply(grid.startMs()) - subquery.rangeMs();
    long endMs = subquery.shift().apply(grid.endMs());
    // The first multiple of the step strictly after the window's open edge, also below zero.
    long startMs = (Math.floorDiv(afterMs, stepMs) + 1) * stepMs;
    inner = Grid.of(startMs, endMs, stepMs);
    columns =
        inner.count() == 0
            ? List.of()
            : columns(evaluator, SlipFixedTimes.inside(subquery, grid.startMs(), startMs));
  }

  private List<Column> columns(Evaluator evaluator, Plan operand) {
    SampleCounts counts = evaluator.context().counts();
    if (counts == null) {
      return evaluator.vectorOrScalar(operand, inner).columns();
    }
    SampleCounts inside = new SampleCounts(inner.count());
    List<Column> found = evaluator.counting(inside).vectorOrScalar(operand, inner).columns();
    counts.addAtLast(inside);
    return found;
  }

  /** How many samples are held as long as this is used. */
  long cells() {
    return (long) inner.count() * columns.size();
  }

  @Override
  public int count() {
    return columns.size();
  }

  @Override
  public void read(int index, Scratch scratch) {
    Samples samples = scratch.samples();
    samples.clear();
    Column column = columns.get(index);
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

  @Override
  public Labels labels(int index) {
    return columns.get(index).labels();
  }

  @Override
  public String label(int index, String name) {
    return labels(index).get(name);
  }

  @Override
  public boolean dropName(int index) {
    return columns.get(index).dropName();
  }

  @Override
  public boolean differsWithoutNames(int index) {
    return false;
  }
}

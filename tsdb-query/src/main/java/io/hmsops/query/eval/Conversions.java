package io.hmsops.query.eval;

import io.hmsops.query.function.FloatMath;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.Shift;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/** Functions between scalars, vectors and time. */
final class Conversions {
  private Conversions() {}

  static SeriesMatrix toVector(Value.Scalars scalars) {
    int steps = scalars.values().length;
    Column column = new Column(Labels.EMPTY, false, steps);
    for (int step = 0; step < steps; step++) {
      column.set(step, scalars.at(step));
    }
    return new SeriesMatrix(steps, List.of(column));
  }

  static Value vector(FunctionCall call) {
    return new Value.Vector(toVector(call.scalars(0)));
  }

  /** The value of the only float, NaN if there is none or more than one. */
  static Value scalar(FunctionCall call) {
    SeriesMatrix matrix = call.vector(0);
    double[] values = new double[call.grid().count()];
    for (int step = 0; step < values.length; step++) {
      int found = 0;
      double value = Double.NaN;
      for (Column column : matrix.columns()) {
        if (column.hasFloat(step)) {
          found++;
          value = column.value(step);
        }
      }
      values[step] = found == 1 ? value : Double.NaN;
    }
    return new Value.Scalars(values);
  }

  static Value time(FunctionCall call) {
    return new Value.Scalars(times(call.grid()));
  }

  static double[] times(Grid grid) {
    double[] values = new double[grid.count()];
    for (int step = 0; step < values.length; step++) {
      values[step] = grid.timeMs(step) / 1000.0;
    }
    return values;
  }

  static Value pi(FunctionCall call) {
    return Value.Scalars.constant(Math.PI, call.grid().count());
  }

  static Value minOf(FunctionCall call) {
    return combine(call, FloatMath::min);
  }

  static Value maxOf(FunctionCall call) {
    return combine(call, FloatMath::max);
  }

  private static Value combine(
      FunctionCall call, java.util.function.DoubleBinaryOperator operator) {
    double[] left = call.scalars(0).values();
    double[] right = call.scalars(1).values();
    double[] values = new double[left.length];
    for (int step = 0; step < values.length; step++) {
      values[step] = operator.applyAsDouble(left[step], right[step]);
    }
    return new Value.Scalars(values);
  }

  /** Directly on a selector the time of the sample itself, elsewhere the evaluation time. */
  static Value timestamp(FunctionCall call) {
    if (call.argument(0).withoutOnce() instanceof Plan.Select select) {
      return take(call, select, InstantSelection.Take.TIMESTAMP);
    }
    List<Column> columns = new ArrayList<>();
    for (Column column : call.vector(0).columns()) {
      Column out = call.context().names().derived(column);
      for (int step = 0; step < call.grid().count(); step++) {
        if (column.has(step)) {
          out.set(step, call.grid().timeMs(step) / 1000.0);
        }
      }
      columns.add(out);
    }
    return call.result(columns);
  }

  /** Directly on a selector the start timestamp of the sample, elsewhere nothing. */
  static Value startTimestamp(FunctionCall call) {
    if (call.context().usesStartTimestamps()
        && call.argument(0).withoutOnce() instanceof Plan.Select select) {
      return take(call, select, InstantSelection.Take.START_TIMESTAMP);
    }
    return new Value.Vector(SeriesMatrix.empty(call.grid().count()));
  }

  /** Beside {@code @} an offset only says which samples are read, as in Prometheus. */
  private static Value take(FunctionCall call, Plan.Select asked, InstantSelection.Take take) {
    Shift shift = asked.shift().isFixed() ? asked.shift().atFixedTime() : asked.shift();
    Plan.Select select =
        new Plan.Select(asked.matchers(), shift, asked.edges(), asked.countsOnly(), asked.span());
    SeriesMatrix matrix =
        call.evaluator().collect(new InstantSelection(call.context(), select, call.grid(), take));
    List<Column> columns = new ArrayList<>();
    for (Column column : matrix.columns()) {
      columns.add(column.named(call.context().names().dropped(column.labels()), true));
    }
    return call.result(columns);
  }
}

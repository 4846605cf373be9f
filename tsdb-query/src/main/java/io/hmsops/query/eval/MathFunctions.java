package io.hmsops.query.eval;

import io.hmsops.query.function.FloatMath;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Functions of single floats. Histograms are left out without a word. */
final class MathFunctions {
  private MathFunctions() {}

  /** Computes a float from a float at a step. */
  @FunctionalInterface
  private interface StepFunction {
    double apply(double value, int step);
  }

  static FunctionBody of(DoubleUnaryOperator operator) {
    return call -> map(call, (value, _) -> operator.applyAsDouble(value));
  }

  private static Value map(FunctionCall call, StepFunction function) {
    return call.result(map(call, call.vector(0), function));
  }

  private static List<Column> map(FunctionCall call, SeriesMatrix matrix, StepFunction function) {
    List<Column> columns = new ArrayList<>(matrix.columns().size());
    for (Column column : matrix.columns()) {
      Column out = call.context().names().derived(column);
      for (int step = 0; step < matrix.steps(); step++) {
        if (column.hasFloat(step)) {
          out.set(step, function.apply(column.value(step), step));
        }
      }
      columns.add(out);
    }
    return columns;
  }

  /** Ties go up. Multiplying by the inverse keeps more numbers exact than dividing. */
  static Value round(FunctionCall call) {
    double[] nearest =
        call.argumentCount() > 1
            ? call.scalars(1).values()
            : Value.Scalars.constant(1, call.grid().count()).values();
    return map(
        call,
        (value, step) -> {
          double inverse = 1.0 / nearest[step];
          return Math.floor(value * inverse + 0.5) / inverse;
        });
  }

  static Value clamp(FunctionCall call) {
    double[] min = call.scalars(1).values();
    double[] max = call.scalars(2).values();
    List<Column> columns = new ArrayList<>();
    for (Column column : call.vector(0).columns()) {
      Column out = call.context().names().derived(column);
      for (int step = 0; step < call.grid().count(); step++) {
        if (column.hasFloat(step) && !(max[step] < min[step])) {
          out.set(step, FloatMath.max(min[step], FloatMath.min(max[step], column.value(step))));
        }
      }
      columns.add(out);
    }
    return call.result(columns);
  }

  static Value clampMin(FunctionCall call) {
    double[] min = call.scalars(1).values();
    return map(call, (value, step) -> FloatMath.max(min[step], value));
  }

  static Value clampMax(FunctionCall call) {
    double[] max = call.scalars(1).values();
    return map(call, (value, step) -> FloatMath.min(max[step], value));
  }
}

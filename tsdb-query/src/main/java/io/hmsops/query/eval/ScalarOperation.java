package io.hmsops.query.eval;

import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.List;

/** Arithmetic and comparison of a vector and a scalar, on whichever sides they are. */
final class ScalarOperation {
  private final EvalContext context;
  private final Plan.Operate operate;
  private final double[] scalars;
  private final boolean scalarLeft;
  private final BinaryKernel kernel;
  private final FloatOperation floats;

  ScalarOperation(EvalContext context, Plan.Operate operate, double[] scalars, boolean scalarLeft) {
    this.context = context;
    this.operate = operate;
    this.scalars = scalars;
    this.scalarLeft = scalarLeft;
    this.kernel = new BinaryKernel(context.annotations(), operate);
    this.floats = new FloatOperation(operate);
  }

  SeriesMatrix evaluate(SeriesMatrix matrix) {
    boolean keepsName = !operate.operator().changesMetric() && !operate.returnBool();
    boolean floatsOnly = FloatOperation.isDefinedFor(operate.operator());
    List<Column> columns = new ArrayList<>(matrix.columns().size());
    for (Column column : matrix.columns()) {
      Column out =
          keepsName
              ? new Column(column.labels(), column.dropName(), matrix.steps())
              : context.names().derived(column);
      if (floatsOnly && !column.hasHistograms()) {
        allSteps(column, out);
      } else {
        eachStep(column, out);
      }
      columns.add(out);
    }
    return context.names().merged(SeriesMatrix.ofNonEmpty(matrix.steps(), columns));
  }

  private void allSteps(Column column, Column out) {
    double[] values = column.values();
    long[] bits = column.floatBits().clone();
    if (scalarLeft) {
      floats.apply(scalars, values, values, bits, out);
    } else {
      floats.apply(values, scalars, values, bits, out);
    }
  }

  /** A comparison keeps the vector's sample, whichever side the vector is on. */
  private void eachStep(Column column, Column out) {
    boolean filters =
        operate.operator().kind() == BinaryOperator.Kind.COMPARISON && !operate.returnBool();
    for (int step = 0; step < column.steps(); step++) {
      if (!column.has(step)) {
        continue;
      }
      Histogram histogram = column.histogram(step);
      double value = column.value(step);
      BinaryKernel.Outcome outcome =
          scalarLeft
              ? kernel.apply(scalars[step], null, value, histogram)
              : kernel.apply(value, histogram, scalars[step], null);
      if (outcome == BinaryKernel.Outcome.KEPT) {
        if (filters) {
          out.copy(step, column, step);
        } else {
          kernel.store(out, step);
        }
      }
    }
    // One operation has one thing to say of a sample and a number, at whatever step.
    kernel.say();
  }
}

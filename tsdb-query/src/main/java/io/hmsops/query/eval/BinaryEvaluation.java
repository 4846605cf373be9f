package io.hmsops.query.eval;

import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.List;

/** Evaluates a binary operation; which way depends on the types of its sides. */
final class BinaryEvaluation {
  private final Evaluator evaluator;
  private final Plan.Operate operate;

  BinaryEvaluation(Evaluator evaluator, Plan.Operate operate) {
    this.evaluator = evaluator;
    this.operate = operate;
  }

  Value evaluate(Grid grid) {
    boolean leftScalar = operate.left().type() == ValueType.SCALAR;
    boolean rightScalar = operate.right().type() == ValueType.SCALAR;
    if (leftScalar && rightScalar) {
      return scalars(grid);
    }
    if (leftScalar) {
      double[] scalars = evaluator.scalars(operate.left(), grid).values();
      return held(scalar(evaluator.vector(operate.right(), grid), scalars, true));
    }
    if (rightScalar) {
      SeriesMatrix matrix = evaluator.vector(operate.left(), grid);
      return held(scalar(matrix, evaluator.scalars(operate.right(), grid).values(), false));
    }
    SeriesMatrix left = evaluator.vector(operate.left(), grid);
    SeriesMatrix right = evaluator.vector(operate.right(), grid);
    EvalContext context = evaluator.context();
    context.budget().release(left.cells() + right.cells());
    return held(
        switch (operate.operator().kind()) {
          case SET -> new SetOperation(operate).evaluate(left, right);
          case ARITHMETIC, COMPARISON -> new VectorMatch(context, operate).evaluate(left, right);
        });
  }

  private Value held(SeriesMatrix matrix) {
    evaluator.context().budget().hold(matrix.cells());
    return new Value.Vector(matrix);
  }

  private Value scalars(Grid grid) {
    double[] left = evaluator.scalars(operate.left(), grid).values();
    double[] right = evaluator.scalars(operate.right(), grid).values();
    double[] values = new double[left.length];
    for (int step = 0; step < values.length; step++) {
      values[step] = BinaryKernel.compute(operate.operator(), left[step], right[step]);
    }
    return new Value.Scalars(values);
  }

  /** A comparison keeps the vector's sample, whichever side the vector is on. */
  private SeriesMatrix scalar(SeriesMatrix matrix, double[] scalars, boolean scalarLeft) {
    EvalContext context = evaluator.context();
    context.budget().release(matrix.cells());
    BinaryKernel kernel = new BinaryKernel(context.annotations(), operate);
    boolean comparison = operate.operator().kind() == BinaryOperator.Kind.COMPARISON;
    boolean keepsName = !operate.operator().changesMetric() && !operate.returnBool();
    List<Column> columns = new ArrayList<>(matrix.columns().size());
    for (Column column : matrix.columns()) {
      Column out =
          keepsName
              ? new Column(column.labels(), column.dropName(), matrix.steps())
              : context.names().derived(column);
      for (int step = 0; step < matrix.steps(); step++) {
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
          if (comparison && !operate.returnBool()) {
            out.copy(step, column, step);
          } else {
            kernel.store(out, step);
          }
        }
      }
      columns.add(out);
    }
    return context.names().merged(SeriesMatrix.ofNonEmpty(matrix.steps(), columns));
  }
}

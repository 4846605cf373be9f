package io.hmsops.query.eval;

import io.hmsops.query.ast.ValueType;
import io.hmsops.query.plan.Plan;

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
      return scalar(evaluator.vector(operate.right(), grid), scalars, true);
    }
    if (rightScalar) {
      SeriesMatrix matrix = evaluator.vector(operate.left(), grid);
      return scalar(matrix, evaluator.scalars(operate.right(), grid).values(), false);
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

  private Value scalar(SeriesMatrix matrix, double[] scalars, boolean scalarLeft) {
    EvalContext context = evaluator.context();
    context.budget().release(matrix.cells());
    return held(new ScalarOperation(context, operate, scalars, scalarLeft).evaluate(matrix));
  }
}

package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** Walks a plan: each node's operands first, then the operator of the node. */
final class Evaluator {
  private final EvalContext context;

  Evaluator(EvalContext context) {
    this.context = context;
  }

  EvalContext context() {
    return context;
  }

  /** The value of an expression that is not a range vector. */
  Value evaluate(Plan plan, Grid grid) {
    context.budget().check();
    return switch (plan) {
      case Plan.Constant(var value, _) -> Value.Scalars.constant(value, grid.count());
      case Plan.Text(var text, _) -> new Value.Text(text);
      case Plan.Select select ->
          held(new InstantSelection(context).evaluate(select, grid, InstantSelection.Take.VALUE));
      case Plan.SelectRange _, Plan.Subquery _ ->
          throw new AssertionError("a range vector has no value of its own: " + plan);
      case Plan.Aggregate aggregate -> held(new Aggregation(this, aggregate, grid).evaluate());
      case Plan.Invoke invoke -> invoke(invoke, grid);
      case Plan.Operate operate -> new BinaryEvaluation(this, operate).evaluate(grid);
      case Plan.Negate(var operand, _) -> negate(evaluate(operand, grid));
      case Plan.Once(var operand) -> once(operand, grid);
    };
  }

  private Value invoke(Plan.Invoke invoke, Grid grid) {
    Value value =
        FunctionTable.find(invoke.function(), invoke.span())
            .apply(new FunctionCall(this, invoke, grid));
    return value instanceof Value.Vector(var matrix) ? held(matrix) : value;
  }

  private Value once(Plan operand, Grid grid) {
    if (grid.count() <= 1) {
      return evaluate(operand, grid);
    }
    return switch (evaluate(operand, grid.first())) {
      case Value.Scalars scalars -> Value.Scalars.constant(scalars.at(0), grid.count());
      case Value.Text text -> text;
      case Value.Vector(var matrix) -> held(matrix.repeat(grid.count()));
    };
  }

  private Value negate(Value value) {
    return switch (value) {
      case Value.Scalars(var values) -> {
        double[] negated = new double[values.length];
        for (int i = 0; i < values.length; i++) {
          negated[i] = -values[i];
        }
        yield new Value.Scalars(negated);
      }
      case Value.Vector(var matrix) -> new Value.Vector(negate(matrix));
      case Value.Text text -> throw new AssertionError("a minus before a text: " + text);
    };
  }

  private SeriesMatrix negate(SeriesMatrix matrix) {
    List<Column> columns = new ArrayList<>(matrix.columns().size());
    for (Column column : matrix.columns()) {
      Column out = context.names().derived(column);
      for (int step = 0; step < matrix.steps(); step++) {
        var histogram = column.histogram(step);
        if (histogram != null) {
          out.set(step, new io.hmsops.tsdb.sample.HistogramSum(histogram).multiply(-1).result());
        } else if (column.hasFloat(step)) {
          out.set(step, -column.value(step));
        }
      }
      columns.add(out);
    }
    return context.names().merged(new SeriesMatrix(matrix.steps(), columns));
  }

  /** The value of an expression known to be a vector. */
  SeriesMatrix vector(Plan plan, Grid grid) {
    if (evaluate(plan, grid) instanceof Value.Vector(var matrix)) {
      return matrix;
    }
    throw new AssertionError("%s (expected: a vector)".formatted(plan));
  }

  /** The value of an expression known to be a scalar. */
  Value.Scalars scalars(Plan plan, Grid grid) {
    if (evaluate(plan, grid) instanceof Value.Scalars scalars) {
      return scalars;
    }
    throw new AssertionError("%s (expected: a scalar)".formatted(plan));
  }

  /** A vector, or a scalar as the series without labels. */
  SeriesMatrix vectorOrScalar(Plan plan, Grid grid) {
    return switch (evaluate(plan, grid)) {
      case Value.Vector(var matrix) -> matrix;
      case Value.Scalars scalars -> Conversions.toVector(scalars);
      case Value.Text text -> throw new AssertionError("a text in a range: " + text);
    };
  }

  private Value.Vector held(SeriesMatrix matrix) {
    context.budget().hold(matrix.cells());
    return new Value.Vector(matrix);
  }
}

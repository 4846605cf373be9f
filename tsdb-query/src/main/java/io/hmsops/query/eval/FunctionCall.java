package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.query.plan.Plan;

/**
 * One call of a function at all steps. Arguments are evaluated when they are asked for, so ask
 * once.
 */
record FunctionCall(Evaluator evaluator, Plan.Invoke invoke, Grid grid) {
  EvalContext context() {
    return evaluator.context();
  }

  int argumentCount() {
    return invoke.arguments().size();
  }

  Plan argument(int index) {
    return invoke.arguments().get(index);
  }

  Span span(int index) {
    return argument(index).span();
  }

  SeriesMatrix vector(int index) {
    SeriesMatrix matrix = evaluator.vector(argument(index), grid);
    // The result takes over the room of its argument.
    context().budget().release(matrix.cells());
    return matrix;
  }

  Value.Scalars scalars(int index) {
    return evaluator.scalars(argument(index), grid);
  }

  String text(int index) {
    if (evaluator.evaluate(argument(index), grid) instanceof Value.Text(var text)) {
      return text;
    }
    throw new AssertionError("%s (expected: a text)".formatted(argument(index)));
  }

  /** A vector result whose columns may have become equal. */
  Value result(Iterable<Column> columns) {
    return new Value.Vector(
        context().names().merged(SeriesMatrix.ofNonEmpty(grid.count(), columns)));
  }
}

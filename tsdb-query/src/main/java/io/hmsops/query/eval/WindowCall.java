package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.Span;
import io.hmsops.query.plan.Plan;

/**
 * The surroundings of one call of a range function.
 *
 * @param context what all operators share
 * @param invoke the call
 * @param range the range argument
 * @param parameters the scalar arguments in order, one number per step each
 */
@SuppressWarnings("ArrayRecordComponent") // passed around, never compared
record WindowCall(EvalContext context, Plan.Invoke invoke, Plan range, double[][] parameters) {
  private static final Span NOWHERE = new Span(0, 0);

  /** The same call, evaluated with another context. */
  WindowCall in(EvalContext other) {
    return new WindowCall(other, invoke, range, parameters);
  }

  /** Where annotations see the range. As in Prometheus, a subquery has no place of its own. */
  Span rangeSpan() {
    return range instanceof Plan.Subquery ? NOWHERE : range.span();
  }

  Span argumentsSpan() {
    return range instanceof Plan.Subquery ? NOWHERE : invoke.argumentsSpan();
  }

  Annotations annotations() {
    return context.annotations();
  }

  /** The length of the range. */
  long rangeMs() {
    return RangeEvaluation.rangeMs(range);
  }

  Edges edges() {
    return range instanceof Plan.SelectRange selectRange
        ? selectRange.selector().edges()
        : Edges.PLAIN;
  }

  double parameter(int index, Window window) {
    return parameters[index][window.step()];
  }
}

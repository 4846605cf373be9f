package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.Shift;

/** Finds the series of a range selector or subquery, and where windows over them lie. */
final class RangeEvaluation {
  private final Evaluator evaluator;
  private final EvalContext context;

  RangeEvaluation(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.context = evaluator.context();
  }

  /**
   * The columns of a function over a range.
   *
   * @param function the function's name, a hint for the store
   */
  RangeStream stream(
      Plan range,
      Grid grid,
      String function,
      boolean keepsName,
      RangeStream.KernelFactory kernels) {
    WindowFrame frame = frame(range, grid);
    SampleSource source = source(range, frame, function);
    Runnable release =
        source instanceof SubquerySeries subquery
            ? () -> context.budget().release(subquery.cells())
            : () -> {};
    return new RangeStream(source, frame, context.names(), keepsName, kernels, release);
  }

  private WindowFrame frame(Plan range, Grid grid) {
    Edges edges = edges(range);
    return new WindowFrame(
        grid,
        shift(range),
        rangeMs(range),
        edges == Edges.PLAIN ? 0 : context.lookbackMs(),
        edges == Edges.SMOOTHED ? context.lookbackMs() : 0);
  }

  private SampleSource source(Plan range, WindowFrame frame, String function) {
    return switch (range) {
      case Plan.SelectRange select -> {
        PlanProfile profile = context.profile();
        yield new StoredSeries(
            context.reader(),
            select.selector(),
            frame,
            select.rangeMs(),
            function,
            SeriesReader.Needless.NOTHING,
            false,
            profile == null ? null : profile.node(select));
      }
      case Plan.Subquery subquery -> new SubquerySeries(evaluator, subquery, frame.grid());
      case Plan.Once(var operand) -> source(operand, frame, function);
      case Plan.Constant _,
          Plan.Text _,
          Plan.Select _,
          Plan.Aggregate _,
          Plan.Invoke _,
          Plan.Operate _,
          Plan.Negate _,
          Plan.Plus _ ->
          throw notARange(range);
    };
  }

  /** The series of a range vector, to be read one by one. */
  SampleSource source(Plan range, Grid grid) {
    return source(range, frame(range, grid), "");
  }

  static Shift shift(Plan range) {
    return switch (range.withoutOnce()) {
      case Plan.SelectRange selectRange -> selectRange.selector().shift();
      case Plan.Subquery subquery -> subquery.shift().withoutSlip();
      default -> throw notARange(range);
    };
  }

  static long rangeMs(Plan range) {
    return switch (range.withoutOnce()) {
      case Plan.SelectRange selectRange -> selectRange.rangeMs();
      case Plan.Subquery subquery -> subquery.rangeMs();
      default -> throw notARange(range);
    };
  }

  private static AssertionError notARange(Plan plan) {
    return new AssertionError("not a range vector: " + plan);
  }

  private static Edges edges(Plan range) {
    return range instanceof Plan.SelectRange selectRange
        ? selectRange.selector().edges()
        : Edges.PLAIN;
  }
}

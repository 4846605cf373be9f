package io.hmsops.query.eval;

import io.hmsops.query.ast.ValueType;
import io.hmsops.query.limit.QueryBudget;
import io.hmsops.query.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Walks a plan: each node's operands first, then the operator of the node. */
final class Evaluator {
  private final EvalContext context;
  private final SharedParts shared;

  /**
   * Creates an evaluator.
   *
   * @param query the whole query
   */
  Evaluator(EvalContext context, Plan query) {
    this.context = context;
    this.shared = new SharedParts(context, query);
  }

  private Evaluator(EvalContext context, SharedParts shared) {
    this.context = context;
    this.shared = shared;
  }

  /** The same evaluator, for a part with steps of its own that are counted apart. */
  Evaluator counting(SampleCounts counts) {
    return new Evaluator(context.withCounts(counts), shared);
  }

  EvalContext context() {
    return context;
  }

  /** The value of an expression that is not a range vector. */
  Value evaluate(Plan plan, Grid grid) {
    context.budget().check();
    PlanProfile profile = context.profile();
    return profile == null ? value(plan, grid) : profiled(plan, grid, profile.node(plan));
  }

  private Value profiled(Plan plan, Grid grid, PlanProfile.Node node) {
    long beginNanos = System.nanoTime();
    Value value = value(plan, grid);
    long nanos = System.nanoTime() - beginNanos;
    switch (value) {
      case Value.Vector(var matrix) ->
          node.evaluated(
              nanos,
              grid.count(),
              matrix.columns().size(),
              matrix.cells() * QueryBudget.BYTES_PER_SAMPLE);
      case Value.Scalars _ ->
          node.evaluated(nanos, grid.count(), 0, (long) Double.BYTES * grid.count());
      case Value.Text _ -> node.evaluated(nanos, grid.count(), 0, 0);
    }
    return value;
  }

  private Value value(Plan plan, Grid grid) {
    return plan.type() == ValueType.INSTANT_VECTOR
        ? new Value.Vector(shared.get(plan, grid, part -> matrix(compute(part, grid), part)))
        : compute(plan, grid);
  }

  private Value compute(Plan plan, Grid grid) {
    return switch (plan) {
      case Plan.Constant(var value, _) -> Value.Scalars.constant(value, grid.count());
      case Plan.Text(var text, _) -> new Value.Text(text);
      case Plan.Select select ->
          held(collect(new InstantSelection(context, select, grid, InstantSelection.Take.VALUE)));
      case Plan.SelectRange _, Plan.Subquery _ ->
          throw new AssertionError("a range vector has no value of its own: " + plan);
      case Plan.Aggregate aggregate -> held(new Aggregation(this, aggregate, grid).evaluate());
      case Plan.Invoke invoke -> invoke(invoke, grid);
      case Plan.Operate operate -> new BinaryEvaluation(this, operate).evaluate(grid);
      case Plan.Negate(var operand, _) -> negate(evaluate(operand, grid));
      case Plan.Plus(var operand, _) -> evaluate(operand, grid);
      case Plan.Once(var operand) -> once(operand, grid);
    };
  }

  /** All columns of a stream; the caller charges the budget for them. */
  SeriesMatrix collect(ColumnStream stream) {
    return new ColumnCollection(context, stream).collect();
  }

  /**
   * The columns of an expression as a stream, if that saves having them all at once. What is below
   * the operator at the top is evaluated by this call.
   */
  Optional<ColumnStream> stream(Plan plan, Grid grid) {
    context.budget().check();
    Optional<ColumnStream> stream = streamOf(plan, grid);
    PlanProfile profile = context.profile();
    if (profile != null && stream.isPresent()) {
      profile.node(plan).streamed(grid.count());
    }
    return stream;
  }

  /** As {@link #stream}, but the columns may come in any order. */
  Optional<ColumnStream> streamInAnyOrder(Plan plan, Grid grid) {
    if (!(plan instanceof Plan.Select select)) {
      return stream(plan, grid);
    }
    context.budget().check();
    PlanProfile profile = context.profile();
    if (profile != null) {
      profile.node(plan).streamed(grid.count());
    }
    return Optional.of(
        new InstantSelection(context, select, grid, InstantSelection.Take.VALUE, true));
  }

  private Optional<ColumnStream> streamOf(Plan plan, Grid grid) {
    return switch (plan) {
      case Plan.Select select ->
          Optional.of(new InstantSelection(context, select, grid, InstantSelection.Take.VALUE));
      case Plan.Invoke invoke ->
          FunctionCatalogue.body(invoke).stream(new FunctionCall(this, invoke, grid));
      case Plan.Plus(var operand, _) -> streamOf(operand, grid);
      case Plan.Constant _,
          Plan.Text _,
          Plan.SelectRange _,
          Plan.Subquery _,
          Plan.Aggregate _,
          Plan.Operate _,
          Plan.Negate _,
          Plan.Once _ ->
          Optional.empty();
    };
  }

  private Value invoke(Plan.Invoke invoke, Grid grid) {
    Value value = FunctionCatalogue.body(invoke).apply(new FunctionCall(this, invoke, grid));
    return value instanceof Value.Vector(var matrix) ? held(matrix) : value;
  }

  private Value once(Plan operand, Grid grid) {
    if (grid.count() <= 1) {
      return evaluate(operand, grid.count() == 0 ? grid : grid.first());
    }
    return switch (first(operand, grid)) {
      case Value.Scalars scalars -> Value.Scalars.constant(scalars.at(0), grid.count());
      case Value.Text text -> text;
      case Value.Vector(var matrix) -> held(matrix.repeat(grid.count()));
    };
  }

  private Value first(Plan operand, Grid grid) {
    SampleCounts counts = context.counts();
    if (counts == null) {
      return evaluate(operand, grid.first());
    }
    SampleCounts once = new SampleCounts(1);
    Value value = counting(once).evaluate(operand, grid.first());
    counts.addAtEvery(once);
    return value;
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
    return matrix(evaluate(plan, grid), plan);
  }

  private static SeriesMatrix matrix(Value value, Plan plan) {
    if (value instanceof Value.Vector(var matrix)) {
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

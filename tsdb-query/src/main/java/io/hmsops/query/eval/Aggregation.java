package io.hmsops.query.eval;

import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.query.function.FloatMath;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates an aggregation: series are put into groups, and each group is folded step by step. */
final class Aggregation {
  private final Evaluator evaluator;
  private final Plan.Aggregate aggregate;
  private final Grid grid;
  private final AggregationGroups grouping;

  /** The series of one group, in series order. */
  record Group(Labels labels, boolean dropName, List<Column> members) {}

  Aggregation(Evaluator evaluator, Plan.Aggregate aggregate, Grid grid) {
    this.evaluator = evaluator;
    this.aggregate = aggregate;
    this.grid = grid;
    this.grouping = new AggregationGroups(aggregate);
  }

  SeriesMatrix evaluate() {
    Optional<Value> parameter = aggregate.parameter().map(plan -> evaluator.evaluate(plan, grid));
    Optional<ColumnStream> stream = streams(parameter) ? stream() : Optional.empty();
    if (stream.isPresent()) {
      checkParameter(parameter, call(stream.get().count()));
      Optional<SeriesMatrix> fused =
          new StreamAttempt(evaluator.context())
              .run(context -> Optional.of(fused(context, stream.get(), parameter)));
      if (fused.isPresent()) {
        return fused.get();
      }
      stream.get().close();
    }
    SeriesMatrix matrix = evaluator.vector(aggregate.operand(), grid);
    evaluator.context().budget().release(matrix.cells());
    checkParameter(parameter, call(matrix.columns().size()));
    if (matrix.columns().isEmpty()) {
      return SeriesMatrix.empty(grid.count());
    }
    return ofMatrix(matrix, parameter);
  }

  private Optional<ColumnStream> stream() {
    // Counting is the same in any order; floats are added, and groups found, in that of the labels.
    boolean anyOrder =
        switch (aggregate.operator()) {
          case COUNT, GROUP -> aggregate.grouping().isEmpty() && !aggregate.without();
          case SUM,
              AVG,
              MIN,
              MAX,
              STDVAR,
              STDDEV,
              TOPK,
              BOTTOMK,
              QUANTILE,
              LIMITK,
              LIMIT_RATIO,
              COUNT_VALUES ->
              false;
        };
    return anyOrder
        ? evaluator.streamInAnyOrder(aggregate.operand(), grid)
        : evaluator.stream(aggregate.operand(), grid);
  }

  private AggregationCall call(int seriesCount) {
    return new AggregationCall(evaluator.context(), aggregate, grid, seriesCount);
  }

  /** Whether the operator can do with one column at a time. */
  private boolean streams(Optional<Value> parameter) {
    return switch (aggregate.operator()) {
      case SUM, AVG, COUNT, GROUP, MIN, MAX, STDVAR, STDDEV -> true;
      case TOPK, BOTTOMK -> RankSelection.canStream(scalars(parameter));
      case QUANTILE, LIMITK, LIMIT_RATIO, COUNT_VALUES -> false;
    };
  }

  private SeriesMatrix fused(EvalContext context, ColumnStream stream, Optional<Value> parameter) {
    AggregationCall call = new AggregationCall(context, aggregate, grid, stream.count());
    if (aggregate.operator() == AggregationOperator.TOPK
        || aggregate.operator() == AggregationOperator.BOTTOMK) {
      return ranks(call, parameter).select(stream, grouping);
    }
    FusedAggregation<Fold> aggregation =
        new FusedAggregation<>(
            call, stream, grouping, grid.count(), partCall -> fold(partCall, parameter));
    List<Column> columns = new ArrayList<>();
    aggregation
        .run()
        .forEach(
            (key, group) -> {
              Column out = new Column(key.labels(), group.dropName(), grid.count());
              group.fold().finish(out);
              columns.add(out);
            });
    return SeriesMatrix.ofNonEmpty(grid.count(), columns);
  }

  private RankSelection ranks(AggregationCall call, Optional<Value> parameter) {
    return new RankSelection(
        call, scalars(parameter), aggregate.operator() == AggregationOperator.TOPK);
  }

  private SeriesMatrix ofMatrix(SeriesMatrix matrix, Optional<Value> parameter) {
    AggregationCall call =
        new AggregationCall(evaluator.context(), aggregate, grid, matrix.columns().size());
    return switch (aggregate.operator()) {
      case SUM, AVG, COUNT, GROUP, MIN, MAX, STDVAR, STDDEV, QUANTILE ->
          folded(call, matrix, parameter);
      case TOPK, BOTTOMK -> ranks(call, parameter).select(groups(matrix));
      case LIMITK -> new LimitSelection(call).first(scalars(parameter), groups(matrix));
      case LIMIT_RATIO -> new LimitSelection(call).ratio(scalars(parameter), matrix);
      case COUNT_VALUES -> countValues(matrix, parameter);
    };
  }

  private static Fold fold(AggregationCall call, Optional<Value> parameter) {
    return switch (call.aggregate().operator()) {
      case SUM, AVG -> new SumFold(call);
      case COUNT -> new CountFold(call, false);
      case GROUP -> new CountFold(call, true);
      case MIN -> new ExtremeFold(call, false);
      case MAX -> new ExtremeFold(call, true);
      case STDVAR -> new VarianceFold(call, false);
      case STDDEV -> new VarianceFold(call, true);
      case QUANTILE -> new QuantileFold(call, scalars(parameter));
      case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO, COUNT_VALUES ->
          throw new AssertionError("not a fold: " + call.aggregate().operator());
    };
  }

  /** A parameter that can never be right fails, whether there is something to aggregate or not. */
  private void checkParameter(Optional<Value> parameter, AggregationCall call) {
    switch (aggregate.operator()) {
      case TOPK, BOTTOMK, LIMITK -> CountParameter.check(scalars(parameter));
      case LIMIT_RATIO -> LimitSelection.check(scalars(parameter), call);
      case QUANTILE -> warnOfQuantiles(scalars(parameter));
      case COUNT_VALUES -> countedLabel(parameter);
      case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR -> {}
    }
  }

  /** Of all steps only the extremes are named; beside NaN only the infinite ones are seen. */
  private void warnOfQuantiles(double[] quantiles) {
    double min = 0;
    double max = 1;
    boolean nan = false;
    for (double quantile : quantiles) {
      nan |= Double.isNaN(quantile);
      min = FloatMath.min(min, quantile);
      max = FloatMath.max(max, quantile);
    }
    if (nan) {
      warnOfParameter(Texts.invalidQuantile(Double.NaN));
    }
    if (min < 0) {
      warnOfParameter(Texts.invalidQuantile(min));
    }
    if (max > 1) {
      warnOfParameter(Texts.invalidQuantile(max));
    }
  }

  private void warnOfParameter(String text) {
    aggregate
        .parameter()
        .ifPresent(plan -> evaluator.context().annotations().warn(text, plan.span()));
  }

  private static double[] scalars(Optional<Value> parameter) {
    if (parameter.isPresent() && parameter.get() instanceof Value.Scalars(var values)) {
      return values;
    }
    throw new AssertionError("aggregation parameter: %s (expected: a scalar)".formatted(parameter));
  }

  private SeriesMatrix folded(
      AggregationCall call, SeriesMatrix matrix, Optional<Value> parameter) {
    List<Column> columns = new ArrayList<>();
    for (Group group : groups(matrix)) {
      evaluator.context().budget().check();
      Fold fold = fold(call, parameter);
      for (int i = 0; i < group.members().size(); i++) {
        fold.add(i, group.members().get(i));
      }
      fold.settle(call);
      Column out = new Column(group.labels(), group.dropName(), grid.count());
      fold.finish(out);
      columns.add(out);
    }
    return SeriesMatrix.ofNonEmpty(grid.count(), columns);
  }

  private List<Group> groups(SeriesMatrix matrix) {
    Map<Labels, Group> groups = new LinkedHashMap<>();
    for (Column column : matrix.columns()) {
      Labels key = grouping.groupLabels(column.labels());
      Group group = groups.get(key);
      if (group == null) {
        group = new Group(key, column.dropName(), new ArrayList<>());
        groups.put(key, group);
      } else if (column.dropName() && !group.dropName()) {
        group = new Group(key, true, group.members());
        groups.put(key, group);
      }
      group.members().add(column);
    }
    return List.copyOf(groups.values());
  }

  /** Each distinct value becomes a label; its group is counted. */
  private SeriesMatrix countValues(SeriesMatrix matrix, Optional<Value> parameter) {
    String label = countedLabel(parameter);
    Map<Labels, Column> counts = new LinkedHashMap<>();
    for (Column column : matrix.columns()) {
      for (int step = 0; step < grid.count(); step++) {
        if (column.has(step)) {
          Labels labelled = column.labels().with(label, SampleTexts.of(column, step));
          Labels key = grouping.groupLabels(labelled, label);
          // A name that is still there becomes a label like others: it is kept.
          Column out =
              counts.computeIfAbsent(key, labels -> new Column(labels, false, grid.count()));
          out.set(step, out.hasFloat(step) ? out.value(step) + 1 : 1);
        }
      }
    }
    return new SeriesMatrix(grid.count(), List.copyOf(counts.values()));
  }

  private static String countedLabel(Optional<Value> parameter) {
    if (parameter.isEmpty() || !(parameter.get() instanceof Value.Text(var label))) {
      throw new AssertionError("count_values parameter: %s".formatted(parameter));
    }
    if (!LabelFunctions.isValidName(label)) {
      throw QueryFailure.execution("invalid label name " + Texts.quote(label));
    }
    return label;
  }
}

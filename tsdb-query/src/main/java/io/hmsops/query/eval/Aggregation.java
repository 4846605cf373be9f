package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Evaluates an aggregation: series are put into groups, and each group is folded step by step. */
final class Aggregation {
  private final Evaluator evaluator;
  private final Plan.Aggregate aggregate;
  private final Grid grid;
  private final Set<String> grouping;

  /** The series of one group, in series order. */
  record Group(Labels labels, boolean dropName, List<Column> members) {}

  Aggregation(Evaluator evaluator, Plan.Aggregate aggregate, Grid grid) {
    this.evaluator = evaluator;
    this.aggregate = aggregate;
    this.grid = grid;
    this.grouping = Set.copyOf(aggregate.grouping());
  }

  SeriesMatrix evaluate() {
    Optional<Value> parameter = aggregate.parameter().map(plan -> evaluator.evaluate(plan, grid));
    SeriesMatrix matrix = evaluator.vector(aggregate.operand(), grid);
    evaluator.context().budget().release(matrix.cells());
    AggregationCall call =
        new AggregationCall(evaluator.context(), aggregate, grid, matrix.columns().size());
    checkParameter(parameter, call);
    if (matrix.columns().isEmpty()) {
      return SeriesMatrix.empty(grid.count());
    }
    return switch (aggregate.operator()) {
      case SUM -> fold(matrix, () -> new SumFold(call, false));
      case AVG -> fold(matrix, () -> new SumFold(call, true));
      case COUNT -> fold(matrix, () -> new CountFold(call, false));
      case GROUP -> fold(matrix, () -> new CountFold(call, true));
      case MIN -> fold(matrix, () -> new ExtremeFold(call, false));
      case MAX -> fold(matrix, () -> new ExtremeFold(call, true));
      case STDVAR -> fold(matrix, () -> new VarianceFold(call, false));
      case STDDEV -> fold(matrix, () -> new VarianceFold(call, true));
      case QUANTILE -> {
        double[] quantiles = scalars(parameter);
        yield fold(matrix, () -> new QuantileFold(call, quantiles));
      }
      case TOPK -> new RankSelection(call, scalars(parameter), true).select(groups(matrix));
      case BOTTOMK -> new RankSelection(call, scalars(parameter), false).select(groups(matrix));
      case LIMITK -> new LimitSelection(call).first(scalars(parameter), groups(matrix));
      case LIMIT_RATIO -> new LimitSelection(call).ratio(scalars(parameter), matrix);
      case COUNT_VALUES -> countValues(matrix, parameter);
    };
  }

  /** A parameter that can never be right fails, whether there is something to aggregate or not. */
  private void checkParameter(Optional<Value> parameter, AggregationCall call) {
    switch (aggregate.operator()) {
      case TOPK, BOTTOMK, LIMITK -> CountParameter.check(scalars(parameter));
      case LIMIT_RATIO -> LimitSelection.check(scalars(parameter), call);
      case QUANTILE -> warnOfQuantiles(scalars(parameter));
      case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR, COUNT_VALUES -> {}
    }
  }

  /** Of all steps only the extremes are named. */
  private void warnOfQuantiles(double[] quantiles) {
    double min = 0;
    double max = 1;
    boolean nan = false;
    for (double quantile : quantiles) {
      nan |= Double.isNaN(quantile);
      min = quantile < min ? quantile : min;
      max = quantile > max ? quantile : max;
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

  /** Folds a group into one column. */
  interface Fold {
    void add(Column member);

    void finish(Column out);
  }

  /** Makes an empty fold for a group. */
  @FunctionalInterface
  private interface FoldFactory {
    Fold create();
  }

  private SeriesMatrix fold(SeriesMatrix matrix, FoldFactory factory) {
    List<Column> columns = new ArrayList<>();
    for (Group group : groups(matrix)) {
      evaluator.context().budget().check();
      Fold fold = factory.create();
      for (Column member : group.members()) {
        fold.add(member);
      }
      Column out = new Column(group.labels(), group.dropName(), grid.count());
      fold.finish(out);
      columns.add(out);
    }
    return SeriesMatrix.ofNonEmpty(grid.count(), columns);
  }

  private List<Group> groups(SeriesMatrix matrix) {
    Map<Labels, Group> groups = new LinkedHashMap<>();
    for (Column column : matrix.columns()) {
      Labels key = groupLabels(column.labels());
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

  private Labels groupLabels(Labels labels) {
    if (grouping.isEmpty() && !aggregate.without()) {
      return Labels.EMPTY;
    }
    return aggregate.without()
        ? labels.filter(name -> !grouping.contains(name) && !name.equals(Label.METRIC_NAME))
        : labels.filter(grouping::contains);
  }

  /** Each distinct value becomes a label; its group is counted. */
  private SeriesMatrix countValues(SeriesMatrix matrix, Optional<Value> parameter) {
    if (parameter.isEmpty() || !(parameter.get() instanceof Value.Text(var label))) {
      throw new AssertionError("count_values parameter: %s".formatted(parameter));
    }
    if (!LabelFunctions.isValidName(label)) {
      throw QueryFailure.execution("invalid label name " + Texts.quote(label));
    }
    Map<Labels, Column> counts = new LinkedHashMap<>();
    for (Column column : matrix.columns()) {
      for (int step = 0; step < grid.count(); step++) {
        if (column.has(step)) {
          Labels labelled = column.labels().with(label, SampleTexts.of(column, step));
          Labels key = countedLabels(labelled, label);
          Column out =
              counts.computeIfAbsent(
                  key, labels -> new Column(labels, column.dropName(), grid.count()));
          out.set(step, out.hasFloat(step) ? out.value(step) + 1 : 1);
        }
      }
    }
    return new SeriesMatrix(grid.count(), List.copyOf(counts.values()));
  }

  private Labels countedLabels(Labels labels, String valueLabel) {
    return aggregate.without()
        ? groupLabels(labels)
        : labels.filter(name -> grouping.contains(name) || name.equals(valueLabel));
  }
}

package io.hmsops.query.eval;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.limit.QueryBudget;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.QueryTimes;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs one plan over one view of a store. Used once, by one thread, which has the workers help with
 * large parts.
 */
public final class Evaluation {
  private final Plan plan;
  private final QueryTimes times;
  private final Set<Feature> features;
  private final QueryBudget budget;
  private final Workers workers;
  private final @Nullable SampleCounts counts;
  private final @Nullable PlanProfile profile;
  private final Annotations annotations = new Annotations();
  private final List<String> storeWarnings = new ArrayList<>();

  /** What a plan evaluates to. */
  public sealed interface Outcome {}

  /**
   * A scalar at all steps.
   *
   * @param values one per step
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to the engine, never compared
  public record ScalarOutcome(double[] values) implements Outcome {}

  /**
   * A text.
   *
   * @param text the text
   */
  public record TextOutcome(String text) implements Outcome {}

  /**
   * Series with their samples; for an instant vector at one step each has one.
   *
   * @param series in evaluation order
   * @param isRange whether this is a range vector
   */
  public record SeriesOutcome(List<SeriesPoints> series, boolean isRange) implements Outcome {}

  /**
   * The samples of one series.
   *
   * @param labels the series
   * @param timesMs ascending
   * @param values the floats, undefined where there is a histogram
   * @param histograms the histograms, null where there is a float; null if there are none
   */
  @SuppressWarnings("ArrayRecordComponent") // columns by design
  public record SeriesPoints(
      Labels labels,
      long[] timesMs,
      double[] values,
      @Nullable Histogram @Nullable [] histograms) {}

  /**
   * Prepares an evaluation.
   *
   * @param plan what to evaluate
   * @param times when
   * @param features what is enabled
   * @param budget what it may use
   * @param workers the threads for large parts
   * @param counts where to count the samples that each step can see, null if nobody asks
   * @param profile where to note what each operator takes, null if nobody asks
   */
  public Evaluation(
      Plan plan,
      QueryTimes times,
      Set<Feature> features,
      QueryBudget budget,
      Workers workers,
      @Nullable SampleCounts counts,
      @Nullable PlanProfile profile) {
    this.counts = counts;
    this.profile = profile;
    this.plan = plan;
    this.times = times;
    this.features = features;
    this.budget = budget;
    this.workers = workers;
  }

  /**
   * {@return the value of the plan}
   *
   * @param storage where samples are read
   * @throws QueryFailure if there is none
   */
  public Outcome run(Queryable storage) {
    TimeBounds bounds = TimeBounds.of(plan, times);
    try (Querier querier = storage.querier(bounds.minMs(), bounds.maxMs())) {
      boolean delayed = features.contains(Feature.DELAYED_NAME_REMOVAL);
      SeriesReader reader = new SeriesReader(querier, budget);
      EvalContext context =
          new EvalContext(
              reader,
              budget,
              annotations,
              new MetricNames(delayed),
              features,
              times.lookbackMs(),
              workers,
              new ScratchPool(budget),
              counts,
              profile);
      Grid grid = Grid.of(times.startMs(), times.endMs(), times.stepMs());
      Outcome outcome = run(new Evaluator(context, plan), grid);
      storeWarnings.addAll(reader.warnings());
      return outcome;
    } catch (TsdbException e) {
      throw new QueryFailure(QueryFailure.Kind.STORAGE, "opening the store: " + e.getMessage(), e);
    }
  }

  private Outcome run(Evaluator evaluator, Grid grid) {
    return switch (plan.type()) {
      case RANGE_VECTOR -> new RangeVectorResult(evaluator).read(plan.withoutOnce(), grid);
      case SCALAR, STRING, INSTANT_VECTOR ->
          switch (evaluator.evaluate(plan, grid)) {
            case Value.Scalars(var values) -> new ScalarOutcome(values);
            case Value.Text(var text) -> new TextOutcome(text);
            case Value.Vector(var matrix) ->
                new SeriesOutcome(points(evaluator.context().names().finish(matrix), grid), false);
          };
    };
  }

  private static List<SeriesPoints> points(SeriesMatrix matrix, Grid grid) {
    List<SeriesPoints> series = new ArrayList<>(matrix.columns().size());
    for (Column column : matrix.columns()) {
      Samples samples = new Samples();
      for (int step = 0; step < matrix.steps(); step++) {
        Histogram histogram = column.histogram(step);
        if (histogram != null) {
          samples.add(grid.timeMs(step), histogram);
        } else if (column.hasFloat(step)) {
          samples.add(grid.timeMs(step), column.value(step));
        }
      }
      series.add(samples.toPoints(column.labels()));
    }
    return series;
  }

  /**
   * {@return the warnings, rendered; those of the store as they are, behind the others}
   *
   * @param query the query's text
   */
  public List<String> warnings(String query) {
    List<String> warnings =
        new ArrayList<>(annotations.render(Annotations.Severity.WARNING, query, plan));
    warnings.addAll(storeWarnings);
    return warnings;
  }

  /**
   * {@return the infos, rendered}
   *
   * @param query the query's text
   */
  public List<String> infos(String query) {
    return annotations.render(Annotations.Severity.INFO, query, plan);
  }
}

package io.hmsops.query.engine;

import io.hmsops.query.ast.ValueType;
import io.hmsops.query.eval.Evaluation;
import io.hmsops.query.eval.Workers;
import io.hmsops.query.limit.MemoryPool;
import io.hmsops.query.limit.QueryBudget;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.limit.QueryLimits;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.plan.PlanCache;
import io.hmsops.query.plan.PlanException;
import io.hmsops.query.plan.PreparedQuery;
import io.hmsops.query.plan.QueryTimes;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Queryable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Evaluates PromQL over any {@link Queryable}. Small queries run on the calling thread alone, large
 * ones also on threads of the engine. Thread-safe; close it when no query is under way.
 */
public final class Engine implements AutoCloseable {
  private final EngineOptions options;
  private final PlanCache plans;
  private final MemoryPool memory;
  private final Workers workers;

  /**
   * Creates an engine.
   *
   * @param options its settings
   */
  public Engine(EngineOptions options) {
    this.options = options;
    EngineLimits limits = options.limits();
    this.plans =
        new PlanCache(options.features(), limits.planCacheEntries(), limits.planCacheBytes());
    this.memory = new MemoryPool(limits.maxTotalMemoryBytes());
    this.workers = new Workers(options.workers(), options.morselSeries());
  }

  /**
   * {@return the answer to a query}
   *
   * @param storage where to read samples
   * @param request what to evaluate
   * @throws QueryException if there is no answer
   */
  public QueryResult query(Queryable storage, QueryRequest request) throws QueryException {
    long submittedNanos = System.nanoTime();
    PreparedQuery query = prepare(request);
    QueryTimes times =
        new QueryTimes(
            request.startMs(),
            request.endMs(),
            request.stepMs(),
            request.lookbackMs(),
            options.defaultSubqueryStepMs());
    EngineLimits limits = options.limits();
    QueryLimits mayUse =
        new QueryLimits(
            limits.maxSamples(), limits.maxMemoryBytes(), request.timeoutMs(), Long.MAX_VALUE);
    try (QueryBudget budget =
        new QueryBudget(mayUse, memory, submittedNanos, request.cancellation())) {
      Evaluation evaluation =
          new Evaluation(query.plan(times), times, options.features(), budget, workers);
      QueryResult.Value value = value(evaluation.run(storage), request);
      return new QueryResult(
          value,
          evaluation.warnings(request.query()),
          evaluation.infos(request.query()),
          budget.readSamples());
    } catch (PlanException e) {
      throw new QueryException(QueryException.Kind.EXECUTION, String.valueOf(e.getMessage()), e);
    } catch (QueryFailure e) {
      throw new QueryException(kind(e.kind()), String.valueOf(e.getMessage()), e);
    }
  }

  /** Ends the threads of the engine. */
  @Override
  public void close() {
    workers.close();
  }

  private PreparedQuery prepare(QueryRequest request) throws QueryException {
    PreparedQuery query;
    try {
      query = plans.get(request.query());
    } catch (ParseException e) {
      throw new QueryException(QueryException.Kind.BAD_QUERY, String.valueOf(e.getMessage()), e);
    }
    ValueType type = query.type();
    boolean allowed = type == ValueType.SCALAR || type == ValueType.INSTANT_VECTOR;
    if (!request.isInstant() && !allowed) {
      throw new QueryException(
          QueryException.Kind.BAD_QUERY,
          "invalid expression type \"%s\" for range query, must be Scalar or instant Vector"
              .formatted(type.text()),
          null);
    }
    return query;
  }

  private static QueryException.Kind kind(QueryFailure.Kind kind) {
    return switch (kind) {
      case EXECUTION -> QueryException.Kind.EXECUTION;
      case NOT_SUPPORTED -> QueryException.Kind.NOT_SUPPORTED;
      case LIMIT -> QueryException.Kind.LIMIT;
      case TIMEOUT -> QueryException.Kind.TIMEOUT;
      case CANCELLED -> QueryException.Kind.CANCELLED;
      case STORAGE -> QueryException.Kind.STORAGE;
      case HEAVY -> throw new AssertionError("a large query may be large");
    };
  }

  private static QueryResult.Value value(Evaluation.Outcome outcome, QueryRequest request)
      throws QueryException {
    return switch (outcome) {
      case Evaluation.TextOutcome(var text) -> new QueryResult.Text(request.startMs(), text);
      case Evaluation.ScalarOutcome(var values) ->
          request.isInstant()
              ? new QueryResult.Scalar(request.startMs(), values[0])
              : scalarMatrix(values, request);
      case Evaluation.SeriesOutcome(var series, var isRange) ->
          request.isInstant() && !isRange ? vector(series) : matrix(series);
    };
  }

  private static QueryResult.Value scalarMatrix(double[] values, QueryRequest request) {
    long[] timestampsMs = new long[values.length];
    for (int step = 0; step < values.length; step++) {
      timestampsMs[step] = request.startMs() + step * request.stepMs();
    }
    return new QueryResult.Matrix(
        List.of(new QueryResult.Points(Labels.EMPTY, timestampsMs, values, null)));
  }

  private static QueryResult.Value vector(List<Evaluation.SeriesPoints> series) {
    List<QueryResult.Sample> samples = new ArrayList<>(series.size());
    for (Evaluation.SeriesPoints points : series) {
      var histograms = points.histograms();
      samples.add(
          new QueryResult.Sample(
              points.labels(),
              points.timesMs()[0],
              points.values()[0],
              histograms == null ? null : histograms[0]));
    }
    return new QueryResult.Vector(samples);
  }

  private static QueryResult.Value matrix(List<Evaluation.SeriesPoints> series)
      throws QueryException {
    List<Evaluation.SeriesPoints> sorted = new ArrayList<>(series);
    sorted.sort(Comparator.comparing(Evaluation.SeriesPoints::labels));
    Set<Labels> seen = new HashSet<>();
    List<QueryResult.Points> matrix = new ArrayList<>(sorted.size());
    for (Evaluation.SeriesPoints points : sorted) {
      if (!seen.add(points.labels())) {
        throw new QueryException(
            QueryException.Kind.EXECUTION,
            "vector cannot contain metrics with the same labelset",
            null);
      }
      matrix.add(
          new QueryResult.Points(
              points.labels(), points.timesMs(), points.values(), points.histograms()));
    }
    return new QueryResult.Matrix(matrix);
  }
}

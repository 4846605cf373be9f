package io.hmsops.query.engine;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.eval.Evaluation;
import io.hmsops.query.eval.PlanProfile;
import io.hmsops.query.eval.SampleCounts;
import io.hmsops.query.eval.SelectorRange;
import io.hmsops.query.eval.Workers;
import io.hmsops.query.limit.MemoryPool;
import io.hmsops.query.limit.QueryBudget;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.limit.QueryGate;
import io.hmsops.query.limit.QueryLimits;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.PlanCache;
import io.hmsops.query.plan.PlanException;
import io.hmsops.query.plan.PreparedQuery;
import io.hmsops.query.plan.QueryTimes;
import io.hmsops.tsdb.storage.Queryable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/*
 * A query is tried as a small one first, on the thread of the caller, with a small allowance of
 * work. Most fit in and are done. One that does not is started again as a large one: it waits in
 * the lane of large queries and works on a thread of its own where the caller's is virtual, since
 * a virtual thread that computes gives way to nobody. What the trial cost is bounded by the
 * allowance, and a prepared query remembers that it was large.
 */
/**
 * Evaluates PromQL over any {@link Queryable}, within limits. Small queries run on the calling
 * thread alone, large ones also on threads of the engine. Thread-safe; close it when no query is
 * under way.
 */
public final class Engine implements AutoCloseable {
  /** Enough for the deepest tree that the parser lets through. */
  private static final long STACK_BYTES = 2 << 20;

  private final EngineOptions options;
  private final PlanCache plans;
  private final MemoryPool memory;
  private final QueryGate gate;
  private final QueryRuns runs;
  private final Workers workers;

  /**
   * Creates an engine.
   *
   * @param options its settings
   */
  public Engine(EngineOptions options) {
    this(options, InstantSource.system(), QueryListener.NONE);
  }

  /**
   * Creates an engine.
   *
   * @param options its settings
   * @param clock the time of day, for the lists of queries
   * @param listener is told of each query that has ended
   */
  public Engine(EngineOptions options, InstantSource clock, QueryListener listener) {
    this.options = options;
    EngineLimits limits = options.limits();
    this.plans =
        new PlanCache(
            Language.dialect(options.features()),
            limits.planCacheEntries(),
            limits.planCacheBytes());
    this.memory = new MemoryPool(limits.maxTotalMemoryBytes());
    this.gate = new QueryGate(limits.maxConcurrency(), limits.maxQueued(), limits.queueTimeoutMs());
    this.runs = new QueryRuns(clock, listener);
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
    QueryRun run = runs.begin(request);
    String failure = "internal error";
    try {
      QueryResult result = answer(storage, run);
      failure = "";
      return result;
    } catch (QueryException e) {
      failure = String.valueOf(e.getMessage());
      throw e;
    } finally {
      if (failure.isEmpty()) {
        run.answered();
      } else {
        run.failed(failure);
      }
      runs.end(run);
    }
  }

  /**
   * {@return what the queries of one rule group read in place of a store, so that selectors they
   * have in common are read once} The caller asks the queries one after the other, says what it
   * writes in between, and closes it.
   *
   * @param storage where to read samples
   * @param requests the queries in their order; one that cannot be read has no part in it, and
   *     fails when it is asked
   * @param maxBytes what may be kept of samples until the group is done
   */
  public GroupReads group(Queryable storage, List<QueryRequest> requests, long maxBytes) {
    List<SelectorRange> ranges = new ArrayList<>();
    requests.forEach(request -> ranges.addAll(ranges(request)));
    return new GroupReads(storage, ranges, maxBytes);
  }

  private List<SelectorRange> ranges(QueryRequest request) {
    try {
      PreparedQuery query = prepare(request);
      QueryTimes times = times(request);
      Plan plan = query.plan(times);
      return query.walk(() -> SelectorRange.of(plan, times));
    } catch (QueryException | PlanException _) {
      // Whoever asks it is told.
      return List.of();
    }
  }

  private QueryTimes times(QueryRequest request) {
    return new QueryTimes(
        request.startMs(),
        request.endMs(),
        request.stepMs(),
        request.lookbackMs(),
        options.defaultSubqueryStepMs());
  }

  private QueryResult answer(Queryable storage, QueryRun run) throws QueryException {
    QueryRequest request = run.request();
    QueryTimes times = times(request);
    try {
      PreparedQuery query = prepare(request);
      Plan plan = query.plan(times);
      run.prepared(System.nanoTime() - run.submittedNanos());
      return new Attempt(storage, run, plan, times).run(query);
    } catch (PlanException e) {
      // What the text asks for makes no sense at these times; Prometheus finds it beside the
      // syntax.
      throw new QueryException(QueryException.Kind.BAD_QUERY, String.valueOf(e.getMessage()), e);
    } catch (QueryFailure e) {
      throw new QueryException(kind(e.kind()), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      // A fault of ours ends this query, and nothing else.
      throw new QueryException(
          QueryException.Kind.INTERNAL, "unexpected error in query evaluation: " + e, e);
    }
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
    if (query.isDeep() && request.detail().hasPlan()) {
      throw new QueryException(
          QueryException.Kind.NOT_SUPPORTED,
          "not supported: explain of a query of more than %d levels"
              .formatted(DeepTrees.SHALLOW_LEVELS),
          null);
    }
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
      case REJECTED -> QueryException.Kind.REJECTED;
      case CANCELLED -> QueryException.Kind.CANCELLED;
      case STORAGE -> QueryException.Kind.STORAGE;
      case HEAVY -> throw new AssertionError("a large query may be large");
    };
  }

  /** {@return the queries under way, the oldest first} */
  public List<QueryView> active() {
    return runs.active();
  }

  /** {@return the last hundred queries that have ended, the newest first; long texts are cut} */
  public List<QueryView> recent() {
    return runs.recent();
  }

  /**
   * Ends a query under way soon; it fails as cancelled.
   *
   * @param id its number
   * @return whether there is such a query
   */
  public boolean cancel(long id) {
    return runs.cancel(id, "cancelled by an operator");
  }

  /** Ends the threads of the engine. */
  @Override
  public void close() {
    workers.close();
  }

  /** {@return the engine's settings} */
  public EngineOptions options() {
    return options;
  }

  /** {@return the engine's own state} */
  public EngineCounts counts() {
    QueryGate.Counts lanes = gate.counts();
    PlanCache.Counts cached = plans.counts();
    return new EngineCounts(
        lanes.smallAtWork(),
        lanes.largeAtWork(),
        lanes.waiting(),
        lanes.rejected(),
        memory.usedBytes(),
        cached.entries(),
        cached.bytes(),
        cached.hits(),
        cached.misses());
  }

  /** The evaluation of one query, as a small one and if need be as a large one. */
  private final class Attempt {
    private final Queryable storage;
    private final QueryRun run;
    private final QueryRequest request;
    private final Plan plan;
    private final QueryTimes times;
    private final QueryLimits limits;

    Attempt(Queryable storage, QueryRun run, Plan plan, QueryTimes times) {
      this.storage = storage;
      this.run = run;
      this.request = run.request();
      this.plan = plan;
      this.times = times;
      EngineLimits all = options.limits();
      this.limits =
          new QueryLimits(
              all.maxSamples(), all.maxMemoryBytes(), request.timeoutMs(), all.smallSamples());
    }

    QueryResult run(PreparedQuery query) throws QueryException {
      if (!query.wasLarge(request.steps())) {
        try (QueryGate.Place _ = enter(QueryGate.Lane.SMALL)) {
          QueryResult result = query.walk(() -> evaluate(QueryView.State.SMALL, limits));
          query.ran(request.steps(), false);
          return result;
        } catch (QueryFailure e) {
          if (e.kind() != QueryFailure.Kind.HEAVY) {
            throw e;
          }
          query.ran(request.steps(), true);
          run.waits();
        }
      }
      try (QueryGate.Place _ = enter(QueryGate.Lane.LARGE)) {
        return Thread.currentThread().isVirtual() && !query.isDeep()
            ? evaluateElsewhere()
            : query.walk(() -> evaluate(QueryView.State.LARGE, limits.large()));
      }
    }

    private QueryGate.Place enter(QueryGate.Lane lane) {
      long beginNanos = System.nanoTime();
      try {
        return gate.enter(lane, run.submittedNanos(), request.timeoutMs(), run);
      } finally {
        run.waited(System.nanoTime() - beginNanos);
      }
    }

    /** Evaluates on a thread that the machine schedules, not the other virtual threads. */
    private QueryResult evaluateElsewhere() throws QueryException {
      FutureTask<QueryResult> work =
          new FutureTask<>(() -> evaluate(QueryView.State.LARGE, limits.large()));
      Thread.ofPlatform().name("query-" + run.id()).daemon().stackSize(STACK_BYTES).start(work);
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return work.get();
          } catch (InterruptedException e) {
            // It ends soon, and its place may not be given away before.
            run.cancel("interrupted");
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        throw unwrapped(e);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static QueryException unwrapped(ExecutionException e) {
      return switch (e.getCause()) {
        case QueryException cause -> cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new AssertionError("an evaluation failed", e);
      };
    }

    private QueryResult evaluate(QueryView.State as, QueryLimits mayUse) {
      long beginNanos = System.nanoTime();
      try (QueryBudget budget = new QueryBudget(mayUse, memory, run.submittedNanos(), run)) {
        run.begins(as, budget);
        Workers helpers = as == QueryView.State.SMALL ? workers.alone() : workers;
        SampleCounts counts =
            request.detail().hasSamples() ? new SampleCounts((int) request.steps()) : null;
        PlanProfile profile = request.detail().hasPlan() ? new PlanProfile() : null;
        Evaluation evaluation =
            new Evaluation(plan, times, options.features(), budget, helpers, counts, profile);
        Evaluation.Outcome outcome = evaluation.run(storage);
        long evaluatedNanos = System.nanoTime();
        run.evaluated(evaluatedNanos - beginNanos);
        QueryResult.Value value = new ResultValues(request, options.limits()).of(outcome);
        run.sorted(System.nanoTime() - evaluatedNanos);
        return new QueryResult(
            value,
            evaluation.warnings(request.query()),
            evaluation.infos(request.query()),
            run.statistics(),
            counts == null
                ? Optional.empty()
                : Optional.of(new StepSamples(counts.seen(), counts.read())),
            profile == null
                ? Optional.empty()
                : Optional.of(new Explanation(request.query(), profile).of(plan)));
      }
    }
  }
}

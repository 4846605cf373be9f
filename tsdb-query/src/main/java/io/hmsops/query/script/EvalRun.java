package io.hmsops.query.script;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.Language;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.script.EvalOutcome.Result;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.Queryable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs one {@code eval}, and the forms of it that must give the same. */
final class EvalRun {
  private static final long TIMEOUT_MS = 100_000;
  private static final long MINUTE_MS = 60_000;
  private static final long SECOND_MS = 1_000;

  private final String file;
  private final Command.Eval eval;
  private final Expectation expected;
  private final Queryable store;
  private final Engine engine;
  private final Set<Feature> features;

  EvalRun(String file, Command.Eval eval, Queryable store, Engine engine, Set<Feature> features) {
    this.file = file;
    this.eval = eval;
    this.expected = eval.expectation();
    this.store = store;
    this.engine = engine;
    this.features = features;
  }

  EvalOutcome run() {
    EvalOutcome outcome = plain();
    if (outcome.result() != Result.PASS || !eval.isInstant()) {
      return outcome;
    }
    Expr expr;
    try {
      expr = Language.parse(eval.query(), features);
    } catch (ParseException e) {
      // The expected failure: there is nothing to vary.
      return outcome;
    }
    return DeepTrees.walk(expr, () -> otherForms(outcome, expr));
  }

  private EvalOutcome otherForms(EvalOutcome plain, Expr expr) {
    EvalOutcome outcome = plain;
    boolean gridDependent = FixedTime.dependsOnGrid(expr);
    boolean comparable = expected.string.isEmpty() && expected.rangeVector.isEmpty();
    if (comparable && !expected.ordered && !gridDependent && expected.failure.isEmpty()) {
      outcome = rangeForm();
    }
    if (outcome.result() == Result.PASS && !gridDependent && !FixedTime.dependsOnClock(expr)) {
      outcome = fixedForms(FixedTime.at(eval.query(), expr, eval.startMs()));
    }
    return outcome;
  }

  private EvalOutcome outcome(Result result, String got) {
    return new EvalOutcome(file, eval.line(), eval.query(), result, expected.toString(), got);
  }

  /** What is to be made of the answer. */
  private interface Check {
    Optional<String> difference(QueryResult result);
  }

  private EvalOutcome attempt(String form, QueryRequest request, Check check) {
    try {
      QueryResult result = engine.query(store, request);
      if (expected.failure.isPresent()) {
        return outcome(Result.FAIL, form + "an answer: " + result.value());
      }
      return check
          .difference(result)
          .map(difference -> outcome(Result.FAIL, form + difference))
          .orElseGet(() -> outcome(Result.PASS, ""));
    } catch (QueryException e) {
      return failed(form, e);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      // A fault of the engine must not end the run, and is never a success.
      return outcome(Result.ERROR, form + e);
    }
  }

  private EvalOutcome failed(String form, QueryException e) {
    String message = form + e.getMessage();
    return switch (e.kind()) {
      case NOT_SUPPORTED -> outcome(Result.UNSUPPORTED, message);
      case TIMEOUT, REJECTED, CANCELLED, STORAGE, INTERNAL -> outcome(Result.ERROR, message);
      case BAD_QUERY, EXECUTION, LIMIT -> {
        if (expected.failure.isEmpty()) {
          yield outcome(Result.ERROR, message);
        }
        boolean wanted = expected.failure.get().accepts(String.valueOf(e.getMessage()));
        yield outcome(wanted ? Result.PASS : Result.FAIL, wanted ? "" : message);
      }
    };
  }

  private QueryRequest request(String query, long startMs, long endMs, long stepMs) {
    return new QueryRequest(
        query,
        startMs,
        endMs,
        stepMs,
        QueryRequest.DEFAULT_LOOKBACK_MS,
        TIMEOUT_MS,
        Cancellation.NONE);
  }

  private EvalOutcome plain() {
    QueryRequest request = request(eval.query(), eval.startMs(), eval.endMs(), eval.stepMs());
    return attempt(
        "",
        request,
        result -> {
          Optional<String> difference =
              eval.isInstant()
                  ? ResultCheck.instant(expected, result.value(), eval.startMs())
                  : ResultCheck.range(expected, result.value(), eval.startMs(), eval.stepMs());
          return difference.or(() -> annotations(result));
        });
  }

  private Optional<String> annotations(QueryResult result) {
    return annotations("warning", expected.warnings, expected.noWarnings, result.warnings())
        .or(() -> annotations("info", expected.infos, expected.noInfos, result.infos()));
  }

  private static Optional<String> annotations(
      String kind, List<Expectation.Message> wanted, boolean none, List<String> found) {
    if (none && !found.isEmpty()) {
      return Optional.of("%s: %s".formatted(kind, found.getFirst()));
    }
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    for (String text : found) {
      if (wanted.stream().noneMatch(message -> message.accepts(text))) {
        return Optional.of("unexpected %s: %s".formatted(kind, text));
      }
    }
    for (Expectation.Message message : wanted) {
      if (found.stream().noneMatch(message::accepts)) {
        return Optional.of("no %s like %s among %s".formatted(kind, message, found));
      }
    }
    return Optional.empty();
  }

  /** The same as a range query around the time must have the same samples in its middle. */
  private EvalOutcome rangeForm() {
    long time = eval.startMs();
    return attempt(
        "range form: ",
        request(eval.query(), time - MINUTE_MS, time + MINUTE_MS, MINUTE_MS),
        result ->
            result.value() instanceof QueryResult.Matrix matrix
                ? ResultCheck.instant(expected, middle(matrix, time), time)
                : Optional.of("no matrix"));
  }

  private QueryResult.Value middle(QueryResult.Matrix matrix, long timestampMs) {
    List<QueryResult.Sample> samples = new ArrayList<>();
    for (QueryResult.Points points : matrix.series()) {
      for (int i = 0; i < points.timestampsMs().length; i++) {
        if (points.timestampsMs()[i] == timestampMs) {
          samples.add(
              new QueryResult.Sample(
                  points.labels(),
                  timestampMs,
                  points.values()[i],
                  points.histograms() == null ? null : points.histograms()[i]));
        }
      }
    }
    return expected.scalar.isPresent() && samples.size() == 1
        ? new QueryResult.Scalar(timestampMs, samples.getFirst().value())
        : new QueryResult.Vector(samples);
  }

  /** With every selector fixed in time the answer is the same whenever it is asked for. */
  private EvalOutcome fixedForms(String query) {
    long time = eval.startMs();
    List<Long> otherTimes =
        time == 0
            ? List.of(-SECOND_MS, 0L, SECOND_MS)
            : List.of(-10 * time, 0L, time / 5, time, 10 * time);
    for (long otherTime : otherTimes) {
      // Positions of annotations differ in the rewritten text, so they are not compared.
      EvalOutcome outcome =
          attempt(
              "as %s at %d ms: ".formatted(query, otherTime),
              request(query, otherTime, otherTime, 0),
              result -> ResultCheck.instant(expected, result.value(), otherTime));
      if (outcome.result() != Result.PASS) {
        return outcome;
      }
    }
    return outcome(Result.PASS, "");
  }
}

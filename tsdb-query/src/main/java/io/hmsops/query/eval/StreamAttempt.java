package io.hmsops.query.eval;

import java.util.Optional;
import java.util.function.Function;

/**
 * Evaluates from a stream, unless that turns out not to be possible on the data: then nothing has
 * happened, and the caller evaluates otherwise.
 */
final class StreamAttempt {
  private final EvalContext context;

  StreamAttempt(EvalContext context) {
    this.context = context;
  }

  /** All columns of a stream. */
  Optional<SeriesMatrix> collect(ColumnStream stream) {
    return run(attempt -> Optional.of(new ColumnCollection(attempt, stream).collect()));
  }

  /**
   * Runs an evaluation.
   *
   * @param evaluation gets the context to evaluate with; empty if it does not want to
   */
  Optional<SeriesMatrix> run(Function<EvalContext, Optional<SeriesMatrix>> evaluation) {
    SampleCounts counts = context.counts();
    EvalContext attempt =
        context
            .withAnnotations(new Annotations())
            .withCounts(counts == null ? null : counts.fresh());
    Optional<SeriesMatrix> result;
    try {
      result = evaluation.apply(attempt);
    } catch (QuantileStream.NotClassicException e) {
      return Optional.empty();
    }
    context.annotations().addAll(attempt.annotations());
    SampleCounts attempted = attempt.counts();
    if (counts != null && attempted != null && result.isPresent()) {
      counts.addAll(attempted);
    }
    return result;
  }
}

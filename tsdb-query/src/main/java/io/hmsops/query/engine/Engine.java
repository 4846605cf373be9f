package io.hmsops.query.engine;

import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.tsdb.storage.Queryable;

/** Evaluates PromQL over any {@link Queryable}. Thread-safe. */
public final class Engine {
  private final EngineOptions options;

  /**
   * Creates an engine.
   *
   * @param options its settings
   */
  public Engine(EngineOptions options) {
    this.options = options;
  }

  /**
   * {@return the answer to a query}
   *
   * @param storage where to read samples
   * @param request what to evaluate
   * @throws QueryException if there is no answer
   */
  public QueryResult query(Queryable storage, QueryRequest request) throws QueryException {
    try {
      PromQL.parse(request.query(), options.features());
    } catch (ParseException e) {
      throw new QueryException(QueryException.Kind.BAD_QUERY, String.valueOf(e.getMessage()), e);
    }
    throw new QueryException(QueryException.Kind.NOT_SUPPORTED, "not supported: evaluation", null);
  }
}

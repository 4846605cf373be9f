package io.hmsops.query.engine;

/** Is told of each query that has ended, on the thread that ran it. Thread-safe, quick. */
@FunctionalInterface
public interface QueryListener {
  /** Listens to nothing. */
  QueryListener NONE = query -> {};

  /**
   * Takes a query.
   *
   * @param query the query, answered or failed
   */
  void ended(QueryView query);
}

package io.hmsops.query.engine;

/**
 * A query under way or ended, as operators see it.
 *
 * @param id its number, unique within the engine
 * @param request what was asked
 * @param submittedMs when, in milliseconds since the Unix epoch
 * @param state how far it is
 * @param statistics what it took so far
 * @param error why it has no answer, empty if it has one or may have one yet
 */
public record QueryView(
    long id,
    QueryRequest request,
    long submittedMs,
    State state,
    QueryStatistics statistics,
    String error) {
  /** How far a query is. */
  public enum State {
    /** It is being read or waits to be evaluated. */
    WAITING,
    /** It is evaluated as a small query. */
    SMALL,
    /** It is evaluated as a large query. */
    LARGE,
    /** It has an answer. */
    ANSWERED,
    /** It has no answer. */
    FAILED
  }
}

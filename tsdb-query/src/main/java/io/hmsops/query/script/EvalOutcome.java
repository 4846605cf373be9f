package io.hmsops.query.script;

/**
 * What became of one {@code eval} of a script.
 *
 * @param file the script
 * @param line the line of the {@code eval}, from 1
 * @param query the query
 * @param result what it came to
 * @param expected what the script wants; for a pass, too
 * @param got what differs from it, or the error; empty for a pass
 */
public record EvalOutcome(
    String file, int line, String query, Result result, String expected, String got) {
  /** What an {@code eval} can come to. Only {@link #PASS} is a success. */
  public enum Result {
    /** Everything is as expected. */
    PASS,
    /** There is an answer, and it is not the expected one. */
    FAIL,
    /** There is no answer: the engine or the store failed where it should not have. */
    ERROR,
    /** The engine says that it does not support something in the query. */
    UNSUPPORTED
  }
}

package io.hmsops.query.engine;

import org.jspecify.annotations.Nullable;

/** A query that has no answer. */
public final class QueryException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a query has no answer. */
  public enum Kind {
    /** The text is not a valid query. */
    BAD_QUERY,
    /**
     * Part of the language that this engine does not evaluate; the message says which and where.
     */
    NOT_SUPPORTED,
    /** It could not be evaluated on this data. */
    EXECUTION,
    /** A limit was exceeded. */
    LIMIT,
    /** It took too long. */
    TIMEOUT,
    /** It was not begun, because too many queries were at work. */
    REJECTED,
    /** It was cancelled. */
    CANCELLED,
    /** The store failed. */
    STORAGE,
    /** A fault of the engine. */
    INTERNAL
  }

  private final Kind kind;

  /**
   * Creates an exception.
   *
   * @param kind why
   * @param message the reason for the user
   * @param cause what it follows from
   */
  public QueryException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** {@return why} */
  public Kind kind() {
    return kind;
  }
}

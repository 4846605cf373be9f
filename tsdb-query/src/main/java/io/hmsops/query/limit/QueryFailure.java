package io.hmsops.query.limit;

import org.jspecify.annotations.Nullable;

/**
 * Ends the evaluation of a query from any depth. It never leaves the module: the engine turns it
 * into its own checked exception.
 */
public final class QueryFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why the evaluation ended. */
  public enum Kind {
    /** The query cannot be evaluated on this data. */
    EXECUTION,
    /** Part of the language that is not evaluated. */
    NOT_SUPPORTED,
    /** A limit was exceeded. */
    LIMIT,
    /** The deadline has passed. */
    TIMEOUT,
    /** Too many queries are at work already. */
    REJECTED,
    /** Nobody waits for the answer any more. */
    CANCELLED,
    /** The store failed. */
    STORAGE,
    /** It is not the small query it was tried as; the engine tries it again as a large one. */
    HEAVY
  }

  private final Kind kind;

  /**
   * Creates a failure.
   *
   * @param kind why
   * @param message the text for the user
   * @param cause what it follows from
   */
  public QueryFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /**
   * {@return a failure of the evaluation itself}
   *
   * @param message the text for the user
   */
  public static QueryFailure execution(String message) {
    return new QueryFailure(Kind.EXECUTION, message, null);
  }

  /** {@return why} */
  public Kind kind() {
    return kind;
  }
}

package io.hmsops.query.plan;

/**
 * A query cannot be planned for its times. It never leaves the module: the engine turns it into its
 * own checked exception.
 */
public final class PlanException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the text for the user
   */
  public PlanException(String message) {
    super(message);
  }
}

package io.hmsops.tsdb.storage;

/**
 * Asked by long reads whether to go on. Called often and from several threads, so an implementation
 * is thread-safe and cheap (one volatile read).
 */
@FunctionalInterface
public interface Cancellation {
  /** Never cancels. */
  Cancellation NONE = () -> {};

  /**
   * Returns if the read may go on.
   *
   * @throws CancelledException if it may not, with the reason
   */
  void check() throws CancelledException;
}

package io.hmsops.server.notify;

/** Carries a notification to a receiver. Called by many threads; may block. */
@FunctionalInterface
interface Transport {
  /**
   * {@return what became of one attempt}
   *
   * @param webhook where to post
   * @param body the payload
   * @throws InterruptedException if delivery stops
   */
  Outcome post(Receiver.Webhook webhook, String body) throws InterruptedException;

  /**
   * What became of an attempt.
   *
   * @param kind whether it worked, or is worth another attempt
   * @param detail in words, without secrets
   */
  record Outcome(Kind kind, String detail) {}

  /** How an attempt can end. */
  enum Kind {
    /** The receiver took it. */
    DELIVERED,
    /** It may work later. */
    RETRY,
    /** It will not work. */
    FAILED
  }
}

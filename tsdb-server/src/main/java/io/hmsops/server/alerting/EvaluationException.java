package io.hmsops.server.alerting;

import org.jspecify.annotations.Nullable;

/** A rule whose evaluation failed; the message is the rule's last error. */
final class EvaluationException extends Exception {
  private static final long serialVersionUID = 1L;

  EvaluationException(String message) {
    super(message);
  }

  EvaluationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

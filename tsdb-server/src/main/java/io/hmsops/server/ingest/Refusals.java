package io.hmsops.server.ingest;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CommitResult;
import java.util.List;

/** Says which samples were refused and why. */
final class Refusals {
  private static final int MAX_MESSAGES = 10;

  private Refusals() {}

  /** Whether a sample is not too far in the future; if it is, a refusal says so. */
  static boolean inTime(long timestampMs, long maxMs, Labels labels, List<String> refusals) {
    if (timestampMs <= maxMs) {
      return true;
    }
    addTooFar(timestampMs, labels, refusals);
    return false;
  }

  static void addTooFar(long timestampMs, Labels labels, List<String> refusals) {
    refusals.add(
        "%s: %s at %d".formatted(text(CommitResult.Reason.TOO_FAR_IN_FUTURE), labels, timestampMs));
  }

  static String text(CommitResult.Rejection rejection) {
    return text(rejection.reason()) + ": " + rejection.message();
  }

  private static String text(CommitResult.Reason reason) {
    return switch (reason) {
      case OUT_OF_ORDER -> "out of order sample";
      case TOO_OLD -> "out of bounds";
      case TOO_FAR_IN_FUTURE -> "out of bounds: timestamp is too far in the future";
      case DUPLICATE_TIMESTAMP -> "duplicate sample for timestamp";
      case NOT_SUPPORTED -> "not supported";
      case INVALID_HISTOGRAM -> "invalid histogram";
    };
  }

  /** {@return the text of an answer: the first refusals, and what was stored nevertheless} */
  static String message(List<String> refusals, int accepted) {
    StringBuilder text = new StringBuilder();
    refusals.stream().limit(MAX_MESSAGES).forEach(refusal -> text.append(refusal).append('\n'));
    if (refusals.size() > MAX_MESSAGES) {
      text.append("and %d more\n".formatted(refusals.size() - MAX_MESSAGES));
    }
    return text.append("%d other samples were stored\n".formatted(accepted)).toString();
  }
}

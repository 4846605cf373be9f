package io.hmsops.tsdb.db;

import io.hmsops.tsdb.labels.LabelMatcher;
import java.time.Duration;
import java.util.List;

/**
 * How long some series are kept, in place of {@link Options#retention}.
 *
 * @param matchers a series is meant if it passes all of them
 * @param keep samples older than the newest stored sample of all series by more than this are
 *     deleted, once everything in their block is as old
 */
public record RetentionRule(List<LabelMatcher> matchers, Duration keep) {
  /** Checks the duration and copies the list. */
  public RetentionRule {
    matchers = List.copyOf(matchers);
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException(
          "retentionRules: keep %s (expected: positive)".formatted(keep));
    }
  }
}

package io.hmsops.query.ast;

import java.util.Optional;

/**
 * What shifts a selector or subquery in time. {@code @} is applied before the offset, whatever the
 * order written.
 *
 * @param offset how far to look back; negative looks ahead
 * @param at the fixed time
 */
public record TimeModifiers(Optional<DurationExpr> offset, Optional<AtModifier> at) {
  /** No shift. */
  public static final TimeModifiers NONE = new TimeModifiers(Optional.empty(), Optional.empty());

  /** A fixed time. */
  public sealed interface AtModifier {
    /**
     * {@code @ 1609746000}.
     *
     * @param timestampMs milliseconds since the Unix epoch
     */
    record Timestamp(long timestampMs) implements AtModifier {}

    /** {@code @ start()}: the query's start. */
    record Start() implements AtModifier {}

    /** {@code @ end()}: the query's end. */
    record End() implements AtModifier {}
  }
}

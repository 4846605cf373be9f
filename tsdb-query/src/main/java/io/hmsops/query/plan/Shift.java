package io.hmsops.query.plan;

import java.util.OptionalLong;

/**
 * What moves a selector in time: {@code @} first, then the offset.
 *
 * @param offsetMs how far to look back; negative looks ahead
 * @param atMs the fixed time
 */
public record Shift(long offsetMs, OptionalLong atMs) {
  /** No shift. */
  public static final Shift NONE = new Shift(0, OptionalLong.empty());

  /**
   * {@return the time that a selector refers to}
   *
   * @param timeMs the evaluation time
   */
  public long apply(long timeMs) {
    return atMs.orElse(timeMs) - offsetMs;
  }

  /**
   * {@return this shift seen from outside a subquery}
   *
   * @param outer the subquery's own shift
   */
  public Shift within(Shift outer) {
    return isFixed() ? this : new Shift(offsetMs + outer.offsetMs, outer.atMs);
  }

  /** {@return whether every evaluation time leads to the same reference time} */
  public boolean isFixed() {
    return atMs.isPresent();
  }
}

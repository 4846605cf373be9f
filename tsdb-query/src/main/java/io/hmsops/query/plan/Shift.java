package io.hmsops.query.plan;

import java.util.OptionalLong;

/**
 * What moves a selector in time: {@code @} first, then the offset.
 *
 * @param offsetMs how far to look back; negative looks ahead
 * @param atMs the fixed time
 * @param slipMs how far what is fixed is missed by; samples are seen only where they are also seen
 *     without that; 0 as it is planned, see {@link SlipFixedTimes}
 */
public record Shift(long offsetMs, OptionalLong atMs, long slipMs) {
  /** No shift. */
  public static final Shift NONE = new Shift(0, OptionalLong.empty());

  /**
   * Creates a shift that misses nothing.
   *
   * @param offsetMs how far to look back; negative looks ahead
   * @param atMs the fixed time
   */
  public Shift(long offsetMs, OptionalLong atMs) {
    this(offsetMs, atMs, 0);
  }

  /**
   * {@return the time that a selector refers to}
   *
   * @param timeMs the evaluation time
   */
  public long apply(long timeMs) {
    return isFixed() ? atMs.getAsLong() + slipMs - offsetMs : timeMs - offsetMs;
  }

  /**
   * {@return this shift seen from outside a subquery}
   *
   * @param outer the subquery's own shift
   */
  public Shift within(Shift outer) {
    return isFixed() ? this : new Shift(offsetMs + outer.offsetMs, outer.atMs, outer.slipMs);
  }

  /** {@return whether every evaluation time leads to the same reference time} */
  public boolean isFixed() {
    return atMs.isPresent();
  }

  /** {@return the shift as it is written} */
  public Shift withoutSlip() {
    return slipMs == 0 ? this : new Shift(offsetMs, atMs);
  }

  /**
   * {@return a shift to the fixed time itself, whatever the offset, by which only samples are seen
   * that this shift sees}
   */
  public Shift atFixedTime() {
    return slipped(offsetMs);
  }

  /**
   * {@return a shift that refers to the same time at one evaluation time, and moves on from there}
   *
   * @param fromMs the evaluation time
   */
  public Shift movingFrom(long fromMs) {
    return new Shift(fromMs - apply(fromMs), OptionalLong.empty());
  }

  Shift slipped(long byMs) {
    return new Shift(offsetMs, atMs, byMs);
  }
}

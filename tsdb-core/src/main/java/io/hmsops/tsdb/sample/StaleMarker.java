package io.hmsops.tsdb.sample;

/**
 * The NaN that says "this series has ended here". It is told from other NaNs by its bits, so code
 * that handles samples compares raw bits, never with {@code ==} or {@link Double#compare}.
 */
public final class StaleMarker {
  /** The bits of the marker, as in Prometheus' {@code value.StaleNaN}. */
  public static final long BITS = 0x7ff0000000000002L;

  /** The marker. Note that {@code VALUE == VALUE} is false. */
  public static final double VALUE = Double.longBitsToDouble(BITS);

  private StaleMarker() {}

  /**
   * {@return whether a value is the marker}
   *
   * @param value any value
   */
  public static boolean is(double value) {
    return Double.doubleToRawLongBits(value) == BITS;
  }

  /**
   * {@return whether the marker is among values}
   *
   * @param values the values
   * @param from the first to look at
   * @param to the end, exclusive
   */
  public static boolean isAmong(double[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Double.doubleToRawLongBits(values[i]) == BITS) {
        return true;
      }
    }
    return false;
  }
}

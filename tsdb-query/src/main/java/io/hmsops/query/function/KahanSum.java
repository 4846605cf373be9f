package io.hmsops.query.function;

/**
 * A Kahan–Neumaier sum. No fused multiply-add takes part, so that sums are bit-equal to those of
 * Prometheus ({@code util/kahansum}). Not thread-safe.
 */
public final class KahanSum {
  private double sum;
  private double carry;

  /** Creates a sum of nothing. */
  public KahanSum() {}

  /**
   * Adds a number.
   *
   * @param increment the number
   */
  public void add(double increment) {
    double total = sum + increment;
    if (Double.isInfinite(total)) {
      carry = 0;
    } else if (Math.abs(sum) >= Math.abs(increment)) {
      carry += (sum - total) + increment;
    } else {
      carry += (increment - total) + sum;
    }
    sum = total;
  }

  /** {@return the sum; an infinite one ignores the compensation} */
  public double value() {
    return Double.isInfinite(sum) ? sum : sum + carry;
  }

  /** {@return the sum with its compensation, also if infinite} */
  public double compensated() {
    return sum + carry;
  }

  /** Starts anew at zero. */
  public void reset() {
    sum = 0;
    carry = 0;
  }
}

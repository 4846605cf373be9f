package io.hmsops.query.function;

/**
 * A mean: a Kahan–Neumaier sum divided at the end, which turns into an incremental mean at the
 * number that would make the sum overflow. Not thread-safe.
 */
public final class Mean {
  private double sum;
  private double mean;
  private double carry;
  private long count;
  private boolean incremental;

  /** Creates a mean of nothing. */
  public Mean() {}

  /**
   * Adds a number.
   *
   * @param value the number
   */
  public void add(double value) {
    count++;
    if (count == 1) {
      sum = value;
      return;
    }
    if (!incremental) {
      double total = sum + value;
      if (!Double.isInfinite(total)) {
        carry += correction(sum, value, total);
        sum = total;
        return;
      }
      incremental = true;
      mean = sum / (count - 1);
      carry /= count - 1;
    }
    double share = (count - 1.0) / count;
    double scaledMean = share * mean;
    double increment = value / count;
    double total = scaledMean + increment;
    double scaledCarry = share * carry;
    carry = Double.isInfinite(total) ? 0 : scaledCarry + correction(scaledMean, increment, total);
    mean = total;
  }

  private static double correction(double sum, double increment, double total) {
    return Math.abs(sum) >= Math.abs(increment)
        ? (sum - total) + increment
        : (increment - total) + sum;
  }

  /** {@return the mean; NaN if nothing was added} */
  public double value() {
    return incremental ? mean + carry : sum / count + carry / count;
  }
}

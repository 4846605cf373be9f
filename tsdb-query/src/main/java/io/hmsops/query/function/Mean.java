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
   * Creates a mean of numbers whose sum has not overflown.
   *
   * @param sum the sum
   * @param carry what it lacks
   * @param count how many numbers
   */
  public Mean(double sum, double carry, long count) {
    this.sum = sum;
    this.carry = carry;
    this.count = count;
  }

  /**
   * Adds the numbers of another mean.
   *
   * @param other the mean of later numbers, used up by this call
   */
  public void merge(Mean other) {
    if (other.count == 0) {
      return;
    }
    long total = count + other.count;
    if (!incremental && !other.incremental && !Double.isInfinite(sum + other.sum)) {
      double added = sum + other.sum;
      carry += correction(sum, other.sum, added) + other.carry;
      sum = added;
    } else {
      becomeIncremental();
      other.becomeIncremental();
      double share = (double) count / total;
      double otherShare = (double) other.count / total;
      double left = share * mean;
      double right = otherShare * other.mean;
      double added = left + right;
      carry =
          Double.isInfinite(added)
              ? 0
              : share * carry + otherShare * other.carry + correction(left, right, added);
      mean = added;
    }
    count = total;
  }

  private void becomeIncremental() {
    if (!incremental) {
      incremental = true;
      mean = count == 0 ? 0 : sum / count;
      carry = count == 0 ? 0 : carry / count;
    }
  }

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

package io.hmsops.query.function;

/** A population variance by Welford's method, compensated. Not thread-safe. */
public final class Variance {
  private final KahanSum mean = new KahanSum();
  private final KahanSum squares = new KahanSum();
  private long count;

  /** Creates the variance of nothing. */
  public Variance() {}

  /**
   * Adds a number.
   *
   * @param value the number
   */
  public void add(double value) {
    count++;
    double delta = value - mean.compensated();
    mean.add(delta / count);
    squares.add(delta * (value - mean.compensated()));
  }

  /** {@return the variance; NaN if nothing was added} */
  public double value() {
    return squares.compensated() / count;
  }
}

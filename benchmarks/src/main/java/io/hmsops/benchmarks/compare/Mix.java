package io.hmsops.benchmarks.compare;

/** Numbers that look random and depend on nothing but their arguments. */
final class Mix {

  private Mix() {}

  /** {@return 64 well-mixed bits (the finalizer of SplitMix64)} */
  static long bits(long a, long b) {
    long z = a * 0x9E3779B97F4A7C15L + b + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** {@return a number from 0 to {@code bound} − 1} */
  static int below(int bound, long a, long b) {
    return (int) Math.floorMod(bits(a, b) >>> 1, (long) bound);
  }

  /**
   * {@return the value of an integer counter after {@code steps} steps; never smaller than a step
   * before}
   *
   * @param rate the mean increase in a step
   */
  static long counter(int rate, long series, int steps) {
    // Two neighbours differ by rate ± at most rate.
    return (long) rate * steps + below(rate + 1, series, steps);
  }

  /** {@return a rate from 1 to about 1,000, small ones as frequent as large ones} */
  static int rate(long series) {
    return (int) Math.exp(below(7_000, series, -1) / 1_000.0);
  }
}

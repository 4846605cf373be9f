package io.hmsops.tsdb.sample;

/** The bounds of exponential buckets: bucket i of schema s ends at 2^(i·2^-s). */
public final class ExponentialBounds {
  /** The finest schema: 256 buckets for each power of two. */
  public static final int MAX_SCHEMA = 8;

  private static final int FINEST = 1 << MAX_SCHEMA;

  /** 2^(k/256), for k from 0 to 255. Coarser schemas use every second, fourth … of these. */
  private static final double[] FRACTIONS = fractions();

  private ExponentialBounds() {}

  private static double[] fractions() {
    double[] fractions = new double[FINEST];
    for (int k = 0; k < FINEST; k++) {
      fractions[k] = StrictMath.pow(2, (double) k / FINEST);
    }
    return fractions;
  }

  /**
   * {@return the inclusive upper bound of a positive bucket} The last finite bucket ends at {@link
   * Double#MAX_VALUE}, all behind it at +Inf.
   *
   * @param schema −4 to 8
   * @param index the bucket, any
   */
  public static double upper(int schema, int index) {
    if (schema <= 0) {
      return scaled(1, (long) index << -schema);
    }
    int perPower = 1 << schema;
    double fraction = FRACTIONS[(index & (perPower - 1)) << (MAX_SCHEMA - schema)];
    return scaled(fraction, index >> schema);
  }

  private static double scaled(double fraction, long exponent) {
    if (exponent >= Double.MAX_EXPONENT + 1) {
      // 2^1024 is the one bound beyond the doubles that still belongs to a finite bucket.
      return exponent == Double.MAX_EXPONENT + 1 && fraction == 1
          ? Double.MAX_VALUE
          : Double.POSITIVE_INFINITY;
    }
    return Math.scalb(fraction, (int) Math.max(exponent, Double.MIN_EXPONENT - 60));
  }

  /**
   * {@return the bucket of a coarser schema that a bucket falls into}
   *
   * @param index the bucket
   * @param coarsening how many schemas coarser, at least 0
   */
  static int coarser(int index, int coarsening) {
    return ((index - 1) >> coarsening) + 1;
  }
}

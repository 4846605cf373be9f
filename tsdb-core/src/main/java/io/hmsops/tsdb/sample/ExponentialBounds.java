package io.hmsops.tsdb.sample;

/** The bounds of exponential buckets: bucket i of schema s ends at 2^(i·2^-s). */
public final class ExponentialBounds {
  /** The finest schema: 256 buckets for each power of two. */
  public static final int MAX_SCHEMA = 8;

  private static final int FINEST = 1 << MAX_SCHEMA;

  /**
   * 2^(k/256), for k from 0 to 255, or an ulp beside it. Coarser schemas use every second, fourth …
   * of these.
   */
  private static final double[] FRACTIONS = fractions();

  private ExponentialBounds() {}

  /**
   * Every second bound of a schema is one of the coarser schema; the others are the bound before
   * them times the schema's factor. The bounds are printed in texts, so they are computed in the
   * very way of client_golang, whose bounds are not always the nearest doubles.
   */
  private static double[] fractions() {
    double[] coarser = {0.5};
    for (int schema = 1; schema <= MAX_SCHEMA; schema++) {
      double factor = exp2(exp2(-schema));
      double[] finer = new double[1 << schema];
      finer[0] = 0.5;
      for (int i = 1; i < finer.length; i++) {
        finer[i] = i % 2 == 0 ? coarser[i / 2] : finer[i - 1] * factor;
      }
      coarser = finer;
    }
    for (int i = 0; i < FINEST; i++) {
      coarser[i] *= 2;
    }
    return coarser;
  }

  /** 2 to the power of x, 0 &lt; |x| ≤ 8, by the rational approximation of FreeBSD's e_exp.c. */
  private static double exp2(double x) {
    int k = (int) (x + Math.copySign(0.5, x));
    double t = x - k;
    double high = t * 0.6931471803691238;
    double low = -t * 1.9082149292705877e-10;
    double r = high - low;
    double square = r * r;
    double p = 6.613756321437934e-05;
    p += square * (-1.6533902205465252e-06 + square * 4.1381367970572385e-08);
    p = 0.16666666666666666 + square * (-0.0027777777777015593 + square * p);
    double c = r - square * p;
    double y = 1 - ((low - (r * c) / (2 - c)) - high);
    return Math.scalb(y, k);
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

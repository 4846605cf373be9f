package io.hmsops.query.function;

/** Functions of doubles that Java lacks or defines in another way than Go and C. */
public final class FloatMath {
  /** Up to this, exponents stay within an int. */
  private static final int MAX_WHOLE_POWER = 1 << 16;

  private static final double LN2 = Math.log(2);

  /** Below this a series is more exact than the formula. */
  private static final double SMALL = 1e-4;

  private FloatMath() {}

  /**
   * {@return the logarithm to base 2, exact for powers of two}
   *
   * @param x any double
   */
  public static double log2(double x) {
    if (!(x > 0) || Double.isInfinite(x)) {
      return Math.log(x);
    }
    int exponent = Math.getExponent(x);
    if (exponent < Double.MIN_EXPONENT) {
      // Subnormal: scale up first.
      return log2(x * 0x1p60) - 60;
    }
    double fraction = Math.scalb(x, -exponent);
    return fraction == 1 ? exponent : exponent + Math.log(fraction) / LN2;
  }

  /**
   * {@return the inverse hyperbolic sine}
   *
   * @param x any double
   */
  public static double asinh(double x) {
    double a = Math.abs(x);
    if (Double.isInfinite(x) || Double.isNaN(x) || a < SMALL * SMALL) {
      return x;
    }
    double y = Math.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
    return Math.copySign(Double.isInfinite(a * a) ? Math.log(a) + LN2 : y, x);
  }

  /**
   * {@return the inverse hyperbolic cosine; NaN below 1}
   *
   * @param x any double
   */
  public static double acosh(double x) {
    if (x < 1 || Double.isNaN(x)) {
      return Double.NaN;
    }
    if (Double.isInfinite(x * x)) {
      return Math.log(x) + LN2;
    }
    double t = x - 1;
    return Math.log1p(t + Math.sqrt(2 * t + t * t));
  }

  /**
   * {@return the inverse hyperbolic tangent; NaN outside −1 to 1}
   *
   * @param x any double
   */
  public static double atanh(double x) {
    double a = Math.abs(x);
    return a < SMALL * SMALL ? x : Math.copySign(0.5 * Math.log1p(2 * a / (1 - a)), x);
  }

  /**
   * {@return the larger one; +Inf beside NaN, as Go has it, else NaN if one of them is}
   *
   * @param x any double
   * @param y any double
   */
  public static double max(double x, double y) {
    boolean infinite = x == Double.POSITIVE_INFINITY || y == Double.POSITIVE_INFINITY;
    return infinite ? Double.POSITIVE_INFINITY : Math.max(x, y);
  }

  /**
   * {@return the smaller one; −Inf beside NaN, as Go has it, else NaN if one of them is}
   *
   * @param x any double
   * @param y any double
   */
  public static double min(double x, double y) {
    boolean infinite = x == Double.NEGATIVE_INFINITY || y == Double.NEGATIVE_INFINITY;
    return infinite ? Double.NEGATIVE_INFINITY : Math.min(x, y);
  }

  /**
   * {@return x to the power of y as C and Go define it: 1 for pow(1, NaN) and pow(−1, ±Inf)} Whole
   * powers are products, rounded as often as Go rounds them.
   *
   * @param x the base
   * @param y the exponent
   */
  public static double pow(double x, double y) {
    if (x == 1 || (x == -1 && Double.isInfinite(y))) {
      return 1;
    }
    boolean whole = Math.abs(y) <= MAX_WHOLE_POWER && y == Math.rint(y);
    return whole && Double.isFinite(x) && Math.abs(x) >= Double.MIN_NORMAL
        ? wholePower(x, (int) y)
        : Math.pow(x, y);
  }

  /** By squaring, the exponents apart so that nothing overflows on the way. */
  private static double wholePower(double x, int power) {
    int rest = Math.abs(power);
    int squareExponent = Math.getExponent(x) + 1;
    double square = Math.scalb(x, -squareExponent);
    double product = 1;
    long exponent = 0;
    while (rest != 0) {
      if ((rest & 1) == 1) {
        product *= square;
        exponent += squareExponent;
      }
      square *= square;
      squareExponent *= 2;
      if (square < 0.5) {
        square *= 2;
        squareExponent--;
      }
      rest >>= 1;
    }
    if (power < 0) {
      product = 1 / product;
      exponent = -exponent;
    }
    return Math.scalb(product, Math.clamp(exponent, -5000, 5000));
  }
}

package io.hmsops.query.function;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as Go prints them, where users see them in texts and label values. */
public final class GoFormat {
  /** {@code %g} turns to exponents at this power of ten when it prints the shortest digits. */
  private static final int SHORTEST_EXPONENT_LIMIT = 6;

  private GoFormat() {}

  /**
   * {@return the shortest digits that give the number back, as {@code %g} and {@code %v} print
   * them}
   *
   * @param value any double
   */
  public static String general(double value) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    BigDecimal decimal = shortest(value);
    int exponent = decimal.precision() - decimal.scale() - 1;
    return withSign(value, scientificOrPlain(decimal, exponent, SHORTEST_EXPONENT_LIMIT));
  }

  /**
   * {@return a number with a limited count of digits, as {@code %.2g} prints it}
   *
   * @param value any double
   * @param digits how many digits at most
   */
  public static String general(double value, int digits) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    BigDecimal decimal =
        new BigDecimal(Math.abs(value))
            .round(new MathContext(digits, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    return withSign(value, scientificOrPlain(decimal, exponent, digits));
  }

  /**
   * {@return the shortest digits without an exponent, Go's {@code FormatFloat(x, 'f', -1)}}
   *
   * @param value any double
   */
  public static String plain(double value) {
    String special = special(value);
    return special != null ? special : withSign(value, shortest(value).toPlainString());
  }

  /**
   * {@return a number as a label value in OpenMetrics: whole numbers end in {@code .0}}
   *
   * @param value any double
   */
  public static String openMetrics(double value) {
    String text = Double.isInfinite(value) || Double.isNaN(value) ? plain(value) : shortG(value);
    boolean whole = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    return whole ? text + ".0" : text;
  }

  private static String shortG(double value) {
    BigDecimal decimal = shortest(value);
    int exponent = decimal.precision() - decimal.scale() - 1;
    return withSign(value, scientificOrPlain(decimal, exponent, SHORTEST_EXPONENT_LIMIT));
  }

  private static @org.jspecify.annotations.Nullable String special(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return null;
  }

  private static BigDecimal shortest(double value) {
    if (value == 0) {
      return BigDecimal.ZERO;
    }
    // The shortest digits since JDK 19, but never less than two: 4.9E-324 for 5e-324.
    double magnitude = Math.abs(value);
    BigDecimal decimal = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
    if (decimal.precision() == 2) {
      BigDecimal one = decimal.round(new MathContext(1, RoundingMode.HALF_UP));
      return one.doubleValue() == magnitude ? one.stripTrailingZeros() : decimal;
    }
    return decimal;
  }

  private static String withSign(double value, String digits) {
    return Double.doubleToRawLongBits(value) < 0 ? "-" + digits : digits;
  }

  private static String scientificOrPlain(BigDecimal decimal, int exponent, int limit) {
    if (decimal.signum() == 0) {
      return "0";
    }
    if (exponent >= -4 && exponent < limit) {
      return decimal.toPlainString();
    }
    String digits = decimal.unscaledValue().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}

package io.hmsops.server.api;

import java.math.BigDecimal;

/** Numbers as the API writes them, after Prometheus' {@code util/jsonutil}. */
final class SampleNumbers {
  private static final double PLAIN_FROM = 1e-6;
  private static final double PLAIN_BELOW = 1e21;
  private static final double EXACT_BELOW = 9007199254740992.0;

  private SampleNumbers() {}

  /** {@return the shortest decimal that reads back the same; very small and large with exponent} */
  static String value(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    double magnitude = Math.abs(value);
    if (magnitude < EXACT_BELOW && Math.rint(value) == value) {
      boolean negativeZero = value == 0 && 1 / value < 0;
      return negativeZero ? "-0" : Long.toString((long) value);
    }
    boolean plain = magnitude >= PLAIN_FROM && magnitude < PLAIN_BELOW;
    return plain ? decimal(value).toPlainString() : exponent(value);
  }

  /** {@return the number in exponent form, whatever its size} */
  static String exponent(double value) {
    if (!Double.isFinite(value)) {
      return value(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0e+00" : "0e+00";
    }
    BigDecimal decimal = decimal(Math.abs(value));
    String digits = decimal.unscaledValue().toString();
    int power = digits.length() - 1 - decimal.scale();
    StringBuilder text = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      text.append('.').append(digits, 1, digits.length());
    }
    text.append('e').append(power < 0 ? '-' : '+');
    return text.append(Math.abs(power) < 10 ? "0" : "").append(Math.abs(power)).toString();
  }

  private static BigDecimal decimal(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros();
  }

  /** {@return seconds, with three decimals unless they are zero} */
  static String timestamp(long timestampMs) {
    long seconds = timestampMs / 1000;
    long rest = Math.abs(timestampMs % 1000);
    if (rest == 0) {
      return Long.toString(seconds);
    }
    String sign = timestampMs < 0 && seconds == 0 ? "-" : "";
    String decimals = Long.toString(1000 + rest).substring(1);
    return sign + seconds + "." + decimals;
  }
}

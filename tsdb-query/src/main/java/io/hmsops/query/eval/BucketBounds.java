package io.hmsops.query.eval;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** The bound in an {@code le} label. */
final class BucketBounds {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private static final Pattern HEXADECIMAL =
      Pattern.compile(
          "[+-]?0[xX](_?[0-9a-fA-F]+(_[0-9a-fA-F]+)*\\.?([0-9a-fA-F]+(_[0-9a-fA-F]+)*)?|\\.[0-9a-fA-F]+(_[0-9a-fA-F]+)*)[pP][+-]?[0-9]+");

  private BucketBounds() {}

  static OptionalDouble parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "+inf", "inf", "+infinity", "infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      case "nan" -> OptionalDouble.of(Double.NaN);
      default -> number(text);
    };
  }

  private static OptionalDouble number(String text) {
    // Java takes suffixes and white space that Go refuses, and turns what is too large into Inf.
    boolean decimal = DECIMAL.matcher(text).matches();
    if (!decimal && !HEXADECIMAL.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(text.replace("_", ""));
    return Double.isInfinite(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}

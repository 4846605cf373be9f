package io.hmsops.query.eval;

import java.util.Locale;
import java.util.OptionalDouble;

/** The bound in an {@code le} label. */
final class BucketBounds {
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
    // Java takes suffixes and white space that Go refuses.
    boolean plain =
        !text.isEmpty() && text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0);
    if (!plain) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}

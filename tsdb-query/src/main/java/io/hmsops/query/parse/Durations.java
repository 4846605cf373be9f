package io.hmsops.query.parse;

import io.hmsops.query.function.GoText;
import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as written in queries and configuration, {@code 1h30m}: units from years down to
 * milliseconds, biggest first, each once. A year has 365 days.
 */
public final class Durations {
  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final long[] UNIT_MS = {
    31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1_000L, 1L
  };

  /** The longest duration, about 292 years: what fits into 64 bits of nanoseconds. */
  private static final long MAX_MS = Long.MAX_VALUE / 1_000_000;

  private static final Pattern PART = Pattern.compile("[0-9]+([^0-9]+)");

  private Durations() {}

  /**
   * {@return the length of a duration in milliseconds, empty if the text is not a duration}
   *
   * @param text digits with units, without sign
   * @throws ArithmeticException if it is longer than about 292 years
   */
  public static OptionalLong parseMs(String text) {
    long total = 0;
    int position = 0;
    int unit = -1;
    while (position < text.length()) {
      int digits = position;
      while (digits < text.length() && isDigit(text.charAt(digits))) {
        digits++;
      }
      int unitEnd = digits;
      while (unitEnd < text.length() && !isDigit(text.charAt(unitEnd))) {
        unitEnd++;
      }
      int next = unitIndex(text.substring(digits, unitEnd));
      if (digits == position || next <= unit) {
        return OptionalLong.empty();
      }
      if (!fits(text.substring(position, digits))) {
        return OptionalLong.empty();
      }
      unit = next;
      total = add(total, text.substring(position, digits), UNIT_MS[unit]);
      position = unitEnd;
    }
    return unit < 0 ? OptionalLong.empty() : OptionalLong.of(total);
  }

  /** {@return what is wrong with a text that is no duration} */
  static String mistake(String text) {
    Matcher part = PART.matcher(text);
    int unit = -1;
    while (part.lookingAt()) {
      int next = unitIndex(part.group(1));
      if (next < 0) {
        return "unknown unit %s in duration %s"
            .formatted(GoText.quote(part.group(1)), GoText.quote(text));
      } else if (next <= unit) {
        break;
      }
      unit = next;
      part.region(part.end(), text.length());
    }
    return "not a valid duration string: " + GoText.quote(text);
  }

  /** Whether a number is one of 64 bits; a larger one is no number, which is another mistake. */
  private static boolean fits(String digits) {
    return digits.length() < 20 || new BigInteger(digits).bitLength() <= Long.SIZE;
  }

  private static long add(long total, String digits, long unitMs) {
    // Eighteen digits always fit into a long; longer ones are out of range unless they are zeros.
    String significant = digits.replaceFirst("^0+(?=.)", "");
    if (significant.length() > 18 || Long.parseLong(significant) > (MAX_MS - total) / unitMs) {
      throw new ArithmeticException("duration out of range");
    }
    return total + Long.parseLong(significant) * unitMs;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int unitIndex(String unit) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(unit)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * {@return a duration as text, {@code 1h30m}; {@code 0s} for none} Years and weeks are only used
   * for whole years and weeks.
   *
   * @param durationMs its length in milliseconds, may be negative
   */
  public static String format(long durationMs) {
    if (durationMs == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder(durationMs < 0 ? "-" : "");
    long rest = Math.abs(durationMs);
    for (int i = 0; i < UNITS.length; i++) {
      boolean onlyWhole = i < 3 && !UNITS[i].equals("d");
      if (onlyWhole && rest % UNIT_MS[i] != 0) {
        continue;
      }
      long units = rest / UNIT_MS[i];
      if (units > 0) {
        text.append(units).append(UNITS[i]);
        rest -= units * UNIT_MS[i];
      }
    }
    return text.toString();
  }
}

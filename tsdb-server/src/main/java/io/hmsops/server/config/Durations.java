package io.hmsops.server.config;

/**
 * Durations as configuration files, rules and flags spell them: {@code 1h30m}, {@code 15s}, {@code
 * 0}. Units are {@code y w d h m s ms}, biggest first, each at most once.
 */
public final class Durations {
  /** The largest duration, 2^63-1 nanoseconds, in whole milliseconds. */
  private static final long MAX_MS = Long.MAX_VALUE / 1_000_000;

  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final long[] UNIT_MS = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1
  };
  private static final int YEARS = 0;
  private static final int WEEKS = 1;

  private Durations() {}

  /**
   * {@return the duration in milliseconds}
   *
   * @param text the duration, never negative
   * @throws IllegalArgumentException if it is not one, or too long
   */
  public static long parseMs(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty duration string");
    }
    if (text.equals("0")) {
      return 0;
    }
    long totalMs = 0;
    int nextUnit = 0;
    int position = 0;
    while (position < text.length()) {
      int digitsEnd = skip(text, position, true);
      int unitEnd = skip(text, digitsEnd, false);
      int unit = unitIndex(text.substring(digitsEnd, unitEnd), nextUnit);
      if (digitsEnd == position || unit < 0) {
        throw new IllegalArgumentException("not a valid duration string: \"%s\"".formatted(text));
      }
      try {
        long count = Long.parseLong(text.substring(position, digitsEnd));
        totalMs = Math.addExact(totalMs, Math.multiplyExact(count, UNIT_MS[unit]));
      } catch (NumberFormatException | ArithmeticException tooLong) {
        throw outOfRange(text);
      }
      nextUnit = unit + 1;
      position = unitEnd;
    }
    if (totalMs > MAX_MS) {
      throw outOfRange(text);
    }
    return totalMs;
  }

  /**
   * {@return the duration as text} Years and weeks stand only where they divide the rest exactly,
   * so ten days are {@code 10d}.
   *
   * @param durationMs milliseconds, possibly negative
   */
  public static String format(long durationMs) {
    if (durationMs == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    long rest = durationMs;
    if (rest < 0) {
      text.append('-');
      rest = -rest;
    }
    for (int unit = 0; unit < UNITS.length; unit++) {
      boolean onlyIfExact = unit == YEARS || unit == WEEKS;
      if (rest >= UNIT_MS[unit] && (!onlyIfExact || rest % UNIT_MS[unit] == 0)) {
        text.append(rest / UNIT_MS[unit]).append(UNITS[unit]);
        rest %= UNIT_MS[unit];
      }
    }
    return text.toString();
  }

  private static int skip(String text, int from, boolean digits) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end)) == digits) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int unitIndex(String name, int from) {
    for (int unit = from; unit < UNITS.length; unit++) {
      if (UNITS[unit].equals(name)) {
        return unit;
      }
    }
    return -1;
  }

  private static IllegalArgumentException outOfRange(String text) {
    return new IllegalArgumentException("duration out of range: \"%s\"".formatted(text));
  }
}

package io.hmsops.server.api;

import java.nio.charset.StandardCharsets;

/**
 * Writes numbers as ASCII into arrays. A double becomes the shortest decimal that reads back the
 * same, as in Go: plain from 1e-6 up to 1e21, else with an exponent of at least two digits.
 */
final class NumberText {
  /** No number takes more. */
  static final int MAX_BYTES = 32;

  private static final double PLAIN_FROM = 1e-6;
  private static final double PLAIN_BELOW = 1e21;
  private static final double EXACT_BELOW = 0x1p53;

  /** Decimals of at most 15 digits are different doubles, each the nearest to its decimal. */
  private static final double UNIQUE_BELOW = 1e15;

  private static final double[] TENS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

  private static final byte[] NAN = ascii("NaN");
  private static final byte[] INFINITY = ascii("+Inf");
  private static final byte[] NEGATIVE_INFINITY = ascii("-Inf");
  private static final byte[] PAIRS = pairs();

  private NumberText() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
  }

  /** Writes a double, or {@return where it ends} */
  static int write(double value, byte[] into, int at) {
    double magnitude = Math.abs(value);
    if (magnitude < EXACT_BELOW && (long) value == value) {
      return value == 0 && 1 / value < 0
          ? write(0, into, sign(into, at))
          : write((long) value, into, at);
    }
    if (!Double.isFinite(value)) {
      byte[] name = Double.isNaN(value) ? NAN : value > 0 ? INFINITY : NEGATIVE_INFINITY;
      System.arraycopy(name, 0, into, at, name.length);
      return at + name.length;
    }
    int begin = value < 0 ? sign(into, at) : at;
    if (magnitude < PLAIN_FROM || magnitude >= PLAIN_BELOW) {
      return Digits.of(magnitude).writeExponent(into, begin);
    }
    int end = writeShort(magnitude, into, begin);
    return end > begin ? end : Digits.of(magnitude).writePlain(into, begin);
  }

  /** Writes a double in exponent form, or {@return where it ends} */
  static int writeExponent(double value, byte[] into, int at) {
    if (!Double.isFinite(value)) {
      return write(value, into, at);
    }
    int begin = value < 0 || 1 / value < 0 ? sign(into, at) : at;
    return Digits.of(Math.abs(value)).writeExponent(into, begin);
  }

  private static int sign(byte[] into, int at) {
    into[at] = '-';
    return at + 1;
  }

  /** Writes a number of few digits and decimals; writes nothing if it is none. */
  private static int writeShort(double magnitude, byte[] into, int at) {
    for (int decimals = 1; decimals < TENS.length; decimals++) {
      double scaled = Math.rint(magnitude * TENS[decimals]);
      if (scaled >= UNIQUE_BELOW) {
        return at;
      }
      // Both are exact, so this is how the decimal is read.
      if (scaled / TENS[decimals] == magnitude) {
        long digits = (long) scaled;
        long whole = digits / (long) TENS[decimals];
        int point = write(whole, into, at);
        into[point] = '.';
        writePadded(digits - whole * (long) TENS[decimals], decimals, into, point + 1);
        return point + 1 + decimals;
      }
    }
    return at;
  }

  /** Writes a whole number, or {@return where it ends} */
  static int write(long number, byte[] into, int at) {
    if (number < 0) {
      if (number == Long.MIN_VALUE) {
        byte[] text = ascii(Long.toString(number));
        System.arraycopy(text, 0, into, at, text.length);
        return at + text.length;
      }
      return write(-number, into, sign(into, at));
    }
    int length = digitCount(number);
    writePadded(number, length, into, at);
    return at + length;
  }

  private static int digitCount(long number) {
    int count = 1;
    long bound = 10;
    while (number >= bound && count < 19) {
      count++;
      bound *= 10;
    }
    return count > 18 || number >= bound ? 19 : count;
  }

  /** Writes the last digits of a number, zeros in front. */
  private static void writePadded(long number, int digits, byte[] into, int at) {
    long rest = number;
    int end = at + digits;
    while (end - at >= 2) {
      long next = rest / 100;
      int pair = 2 * (int) (rest - 100 * next);
      into[--end] = PAIRS[pair + 1];
      into[--end] = PAIRS[pair];
      rest = next;
    }
    if (end > at) {
      into[at] = (byte) ('0' + rest % 10);
    }
  }

  /** Writes seconds with three decimals unless they are zero, or {@return where they end} */
  static int writeSeconds(long timestampMs, byte[] into, int at) {
    long seconds = timestampMs / 1000;
    int rest = (int) Math.abs(timestampMs - 1000 * seconds);
    int begin = timestampMs < 0 && seconds == 0 && rest != 0 ? sign(into, at) : at;
    int point = write(seconds, into, begin);
    if (rest == 0) {
      return point;
    }
    into[point] = '.';
    writePadded(rest, 3, into, point + 1);
    return point + 4;
  }

  /**
   * A number as its digits.
   *
   * @param text the digits, the first and the last not zero; one zero for zero
   * @param exponent the power of ten that the first digit counts
   */
  private record Digits(String text, int exponent) {
    static Digits of(double magnitude) {
      Digits shortest = parse(Double.toString(magnitude));
      if (shortest.text.length() == 2) {
        // Java writes two digits where one would do.
        int rounded = (Integer.parseInt(shortest.text) + 5) / 10;
        Digits one =
            rounded < 10
                ? new Digits(Integer.toString(rounded), shortest.exponent)
                : new Digits("1", shortest.exponent + 1);
        if (Double.parseDouble(one.text + "E" + one.exponent) == magnitude) {
          return one;
        }
      }
      return shortest;
    }

    /** Reads what Java writes: {@code 12.5}, {@code 0.00125}, {@code 1.25E-8}. */
    private static Digits parse(String text) {
      int mark = text.indexOf('E');
      int end = mark < 0 ? text.length() : mark;
      int power = mark < 0 ? 0 : Integer.parseInt(text, mark + 1, text.length(), 10);
      int point = text.indexOf('.');
      String all = text.substring(0, point) + text.substring(point + 1, end);
      int first = 0;
      while (first < all.length() - 1 && all.charAt(first) == '0') {
        first++;
      }
      int last = all.length();
      while (last > first + 1 && all.charAt(last - 1) == '0') {
        last--;
      }
      boolean zero = last == first + 1 && all.charAt(first) == '0';
      return new Digits(all.substring(first, last), zero ? 0 : point - 1 - first + power);
    }

    private int copy(int from, int to, byte[] into, int at) {
      for (int i = from; i < to; i++) {
        into[at + i - from] = (byte) text.charAt(i);
      }
      return at + to - from;
    }

    private static int zeros(int count, byte[] into, int at) {
      for (int i = 0; i < count; i++) {
        into[at + i] = '0';
      }
      return at + Math.max(0, count);
    }

    int writePlain(byte[] into, int at) {
      int whole = exponent + 1;
      if (whole <= 0) {
        into[at] = '0';
        into[at + 1] = '.';
        return copy(0, text.length(), into, zeros(-whole, into, at + 2));
      }
      if (whole >= text.length()) {
        return zeros(whole - text.length(), into, copy(0, text.length(), into, at));
      }
      int point = copy(0, whole, into, at);
      into[point] = '.';
      return copy(whole, text.length(), into, point + 1);
    }

    int writeExponent(byte[] into, int at) {
      int end = copy(0, 1, into, at);
      if (text.length() > 1) {
        into[end] = '.';
        end = copy(1, text.length(), into, end + 1);
      }
      into[end] = 'e';
      into[end + 1] = (byte) (exponent < 0 ? '-' : '+');
      int power = Math.abs(exponent);
      int digits = power < 100 ? 2 : 3;
      writePadded(power, digits, into, end + 2);
      return end + 2 + digits;
    }
  }
}

package io.hmsops.server.ingest.exposition;

/** Reads the number at the end of a line. Reused. Not thread-safe. */
final class LineNumber {
  private static final int MAX_DIGITS = 18;
  private static final long MAX_EXACT = 1L << 53;
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private double value;
  private int exponent;

  /** {@return the number read last} */
  double value() {
    return value;
  }

  /**
   * Reads a number that ends with the line, or {@return −1 if there is none} Else where the line
   * ends.
   */
  int read(byte[] bytes, int from, int to) {
    boolean negative = from < to && bytes[from] == '-';
    int first = negative ? from + 1 : from;
    int at = first;
    long digits = 0;
    int point = -1;
    byte c = 0;
    for (; at < to; at++) {
      c = bytes[at];
      if (c >= '0' && c <= '9') {
        digits = digits * 10 + (c - '0');
      } else if (c == '.' && point < 0) {
        point = at;
      } else {
        break;
      }
    }
    int count = at - first - (point < 0 ? 0 : 1);
    exponent = point < 0 ? 0 : point + 1 - at;
    if (count > 0 && (c == 'e' || c == 'E')) {
      at = readExponent(bytes, at + 1, to);
    }
    boolean ends = at > 0 && at < to && bytes[at] == '\n';
    // Up to here both factors are exact, so one rounding makes the nearest double.
    if (ends
        && count > 0
        && count <= MAX_DIGITS
        && digits <= MAX_EXACT
        && Math.abs(exponent) < POWERS.length) {
      double magnitude =
          exponent < 0 ? (double) digits / POWERS[-exponent] : (double) digits * POWERS[exponent];
      value = negative ? -magnitude : magnitude;
      return at;
    }
    return readOther(bytes, from, to);
  }

  /** Adds the exponent, or {@return −1 if it is not a small one} Else where it ends. */
  private int readExponent(byte[] bytes, int from, int to) {
    boolean negative = from < to && bytes[from] == '-';
    int at = negative || (from < to && bytes[from] == '+') ? from + 1 : from;
    int start = at;
    int stated = 0;
    while (at < to && at - start < 4 && bytes[at] >= '0' && bytes[at] <= '9') {
      stated = stated * 10 + (bytes[at++] - '0');
    }
    exponent += negative ? -stated : stated;
    return at == start ? -1 : at;
  }

  /** Long numbers, infinities, NaN. */
  private int readOther(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && isNumberByte(bytes[end])) {
      end++;
    }
    if (end == from || end == to || bytes[end] != '\n') {
      return -1;
    }
    try {
      value = GoText.parseFloat(bytes, from, end);
      return end;
    } catch (ExpositionException notOne) {
      // The caller reads the line again and says what is wrong with it.
      return -1;
    }
  }

  private static boolean isNumberByte(byte c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '+'
        || c == '-'
        || c == '.';
  }
}

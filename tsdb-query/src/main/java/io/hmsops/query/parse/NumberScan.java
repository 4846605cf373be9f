package io.hmsops.query.parse;

/**
 * Where a number or duration ends, as Prometheus' scanner has it: some of what it takes for one is
 * none, and is refused only when its value is needed; at other texts it gives up at once.
 */
final class NumberScan {
  private static final String DECIMAL = "0123456789";
  private static final int NONE = -1;

  private final String text;
  private int position;

  private NumberScan(String text) {
    this.text = text;
  }

  /** What was scanned. */
  enum Kind {
    NUMBER,
    DURATION,
    NEITHER
  }

  /**
   * The result of a scan.
   *
   * @param kind what the characters look like
   * @param length how many characters were read, the one at which the scanner gave up included
   */
  record Scanned(Kind kind, int length) {}

  /**
   * Scans the beginning of a text.
   *
   * @param text begins with a digit, or with a dot and a digit; has the character behind what may
   *     belong to the number, if there is one
   */
  static Scanned scan(String text) {
    NumberScan scan = new NumberScan(text);
    Kind kind = scan.number() ? Kind.NUMBER : scan.duration() ? Kind.DURATION : Kind.NEITHER;
    return new Scanned(kind, scan.position);
  }

  private int next() {
    return position < text.length() ? text.charAt(position) : NONE;
  }

  private boolean accept(String characters) {
    if (next() != NONE && characters.indexOf(next()) >= 0) {
      position++;
      return true;
    }
    return false;
  }

  private boolean number() {
    String digits = DECIMAL;
    if (accept("0") && accept("xX")) {
      accept("_");
      digits = "0123456789abcdefABCDEF";
    }
    accept(".");
    accept(digits);
    boolean seenDot = false;
    boolean seenExponent = false;
    while (next() != NONE && (digits + "._eE").indexOf(next()) >= 0) {
      if ((seenDot && accept(".")) || (seenExponent && accept("eE"))) {
        return false;
      }
      if (accept(".")) {
        seenDot = true;
        if (accept("_.") || digits.length() > DECIMAL.length()) {
          return false;
        }
      } else if (accept("eE")) {
        seenExponent = true;
        accept("+-");
        if (accept("._eE") || next() == NONE) {
          return false;
        }
      } else if (accept("_")) {
        if (accept("._eE") || next() == NONE) {
          return false;
        }
      } else {
        accept(digits);
      }
    }
    return !isAlphaNumeric(next());
  }

  private boolean duration() {
    if (!accept("smhdwy")) {
      return false;
    }
    accept("s");
    while (accept(DECIMAL)) {
      while (accept(DECIMAL)) {
        // All digits.
      }
      // Years stand first.
      if (!accept("smhdw")) {
        return false;
      }
      accept("s");
    }
    if (isAlphaNumeric(next())) {
      position++;
      return false;
    }
    return true;
  }

  private static boolean isAlphaNumeric(int c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}

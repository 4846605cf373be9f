package io.hmsops.query.parse;

import io.hmsops.query.function.GoText;

/**
 * What Prometheus' scanner says of digits and letters that are no number: it shows them up to the
 * character at which it gives up. What it takes for a number is read later, and refused then.
 */
final class BadNumber {
  private static final String DECIMAL = "0123456789";
  private static final int NONE = -1;

  private final String text;
  private int position;

  private BadNumber(String text) {
    this.text = text;
  }

  static String message(String text) {
    BadNumber scan = new BadNumber(text);
    if (scan.number() && scan.position == text.length()) {
      return unreadable(text, "invalid syntax");
    }
    scan.duration();
    return "bad number or duration syntax: "
        + GoText.quote(text.substring(0, Math.min(scan.position, text.length())));
  }

  /** {@return what is said of a number that was scanned and cannot be read} */
  static String unreadable(String text, String reason) {
    return "error parsing number: strconv.ParseFloat: parsing %s: %s"
        .formatted(GoText.quote(text), reason);
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
    return position > 0;
  }

  private void duration() {
    if (!accept("smhdwy")) {
      return;
    }
    accept("s");
    while (accept(DECIMAL)) {
      while (accept(DECIMAL)) {
        // All digits.
      }
      // Years stand first.
      if (!accept("smhdw")) {
        return;
      }
      accept("s");
    }
    position++;
  }
}

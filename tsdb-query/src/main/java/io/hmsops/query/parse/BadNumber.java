package io.hmsops.query.parse;

/**
 * How much of a malformed number a message shows: up to the character at which Prometheus' scanner
 * gives up.
 */
final class BadNumber {
  private final String text;
  private int position;

  private BadNumber(String text) {
    this.text = text;
  }

  static String cut(String text) {
    BadNumber scan = new BadNumber(text);
    scan.number();
    scan.duration();
    return text.substring(0, Math.min(scan.position, text.length()));
  }

  private boolean accept(String characters) {
    if (position < text.length() && characters.indexOf(text.charAt(position)) >= 0) {
      position++;
      return true;
    }
    return false;
  }

  private void number() {
    String digits = "0123456789";
    if (accept("0") && accept("xX")) {
      accept("_");
      digits = "0123456789abcdefABCDEF";
    }
    accept(".");
    boolean seenDot = false;
    boolean seenExponent = false;
    while (position < text.length()) {
      boolean digit = accept(digits);
      if (!digit && accept(".")) {
        if (seenDot || accept("_.")) {
          return;
        }
        seenDot = true;
      } else if (!digit && accept("eE")) {
        if (seenExponent) {
          return;
        }
        seenExponent = true;
        accept("+-");
        if (accept("._eE")) {
          return;
        }
      } else if (!digit && (!accept("_") || accept("._eE"))) {
        return;
      }
    }
  }

  private void duration() {
    if (!accept("smhdwy")) {
      return;
    }
    accept("s");
    while (accept("0123456789")) {
      while (accept("0123456789")) {
        // All digits.
      }
      if (!accept("smhdw")) {
        return;
      }
      accept("s");
    }
    position++;
  }
}

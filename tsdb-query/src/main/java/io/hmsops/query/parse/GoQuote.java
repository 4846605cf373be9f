package io.hmsops.query.parse;

/** Texts and characters in messages, quoted the way Prometheus quotes them. */
final class GoQuote {
  private GoQuote() {}

  static String text(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value.codePoints().forEach(c -> append(quoted, c, '"'));
    return quoted.append('"').toString();
  }

  static String character(int codePoint) {
    StringBuilder quoted = new StringBuilder("'");
    append(quoted, codePoint, '\'');
    return quoted.append('\'').toString();
  }

  private static void append(StringBuilder quoted, int c, char quote) {
    switch (c) {
      case '\\' -> quoted.append("\\\\");
      case '\n' -> quoted.append("\\n");
      case '\t' -> quoted.append("\\t");
      case '\r' -> quoted.append("\\r");
      default -> {
        if (c == quote) {
          quoted.append('\\').append(quote);
        } else if (c < 0x20 || c == 0x7f) {
          quoted.append("\\x%02x".formatted(c));
        } else {
          quoted.appendCodePoint(c);
        }
      }
    }
  }
}

package io.hmsops.tsdb.labels;

/** Writes names and values the way Prometheus shows them: double-quoted with Go's escapes. */
final class QuotedText {
  private QuotedText() {}

  static StringBuilder append(StringBuilder text, String value) {
    text.append('"');
    value
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                case 0x07 -> text.append("\\a");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case 0x0b -> text.append("\\v");
                default -> {
                  if (c < 0x20 || c == 0x7f) {
                    text.append("\\x%02x".formatted(c));
                  } else {
                    text.appendCodePoint(c);
                  }
                }
              }
            });
    return text.append('"');
  }

  /** Label names outside the classic alphabet are quoted. */
  static StringBuilder appendName(StringBuilder text, String name) {
    return isClassicName(name) ? text.append(name) : append(text, name);
  }

  private static boolean isClassicName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}

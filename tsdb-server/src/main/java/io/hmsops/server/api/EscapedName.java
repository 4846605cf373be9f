package io.hmsops.server.api;

/**
 * Names that old clients escape: after {@code U__}, {@code _} stands before hexadecimal digits and
 * a further {@code _}, and {@code __} is one {@code _}.
 */
final class EscapedName {
  private static final String PREFIX = "U__";
  private static final int MAX_DIGITS = 6;

  private EscapedName() {}

  /** {@return the name meant; what is not well escaped is taken as it stands} */
  static String unescape(String name) {
    if (!name.startsWith(PREFIX)) {
      return name;
    }
    StringBuilder text = new StringBuilder();
    int position = PREFIX.length();
    while (position < name.length()) {
      char c = name.charAt(position);
      if (c != '_') {
        text.append(c);
        position++;
      } else if (name.startsWith("__", position)) {
        text.append('_');
        position += 2;
      } else {
        int end = name.indexOf('_', position + 1);
        int codePoint = end < 0 ? -1 : codePoint(name.substring(position + 1, end));
        if (codePoint < 0) {
          return name;
        }
        text.appendCodePoint(codePoint);
        position = end + 1;
      }
    }
    return text.toString();
  }

  private static int codePoint(String digits) {
    if (digits.isEmpty() || digits.length() > MAX_DIGITS || !digits.matches("[0-9a-fA-F]+")) {
      return -1;
    }
    int codePoint = Integer.parseInt(digits, 16);
    return Character.isValidCodePoint(codePoint) ? codePoint : -1;
  }
}

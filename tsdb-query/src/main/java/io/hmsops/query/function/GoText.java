package io.hmsops.query.function;

import java.nio.charset.StandardCharsets;

/**
 * Texts as Go has them, which are bytes: what is not UTF-8 in them is kept as single low
 * surrogates, U+DC80 for the byte 0x80 to U+DCFF for 0xff. Such a text equals no text that is
 * well-formed.
 */
public final class GoText {
  /** Stands for the byte 0 of those that are not UTF-8. */
  private static final int BYTES = 0xdc00;

  private static final int FIRST_CONTINUATION = 0x80;
  private static final int LAST_CONTINUATION = 0xbf;

  private GoText() {}

  /**
   * {@return the text of some bytes}
   *
   * @param bytes any bytes
   */
  public static String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : decodeWithInvalidBytes(bytes);
  }

  private static String decodeWithInvalidBytes(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (int at = 0; at < bytes.length; ) {
      int length = validLength(bytes, at);
      if (length == 0) {
        text.append((char) (BYTES + (bytes[at] & 0xff)));
        at++;
      } else {
        text.append(new String(bytes, at, length, StandardCharsets.UTF_8));
        at += length;
      }
    }
    return text.toString();
  }

  /** How many bytes the character that begins here has, 0 if none does. */
  private static int validLength(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    if (first < FIRST_CONTINUATION) {
      return 1;
    }
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) {
      return 0;
    }
    // The second byte excludes what is too long, surrogates, and what is beyond U+10FFFF.
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : FIRST_CONTINUATION;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : LAST_CONTINUATION;
    for (int i = 1; i < length; i++) {
      int next = bytes[at + i] & 0xff;
      if (next < (i == 1 ? low : FIRST_CONTINUATION)
          || next > (i == 1 ? high : LAST_CONTINUATION)) {
        return 0;
      }
    }
    return length;
  }

  /**
   * {@return whether a text is UTF-8}
   *
   * @param text any text
   */
  public static boolean isValid(String text) {
    return text.codePoints().noneMatch(GoText::isInvalidByte);
  }

  /**
   * {@return a text for JSON and other places where all is UTF-8: bytes that are not become U+FFFD}
   *
   * @param text any text
   */
  public static String wellFormed(String text) {
    if (isValid(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints().map(c -> isInvalidByte(c) ? 0xfffd : c).forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isInvalidByte(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  /**
   * {@return a text between quotation marks, as {@code %q} prints it}
   *
   * @param text any text
   */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> append(quoted, c, '"'));
    return quoted.append('"').toString();
  }

  /**
   * {@return a character between single quotes, as {@code %q} prints it}
   *
   * @param c a code point
   */
  public static String quote(int c) {
    StringBuilder quoted = new StringBuilder("'");
    append(quoted, c, '\'');
    return quoted.append('\'').toString();
  }

  private static void append(StringBuilder quoted, int c, char quote) {
    switch (c) {
      case '\\' -> quoted.append("\\\\");
      case 0x07 -> quoted.append("\\a");
      case '\b' -> quoted.append("\\b");
      case '\f' -> quoted.append("\\f");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      case 0x0b -> quoted.append("\\v");
      default -> {
        if (c == quote) {
          quoted.append('\\').append(quote);
        } else if (c < ' ' || c == 0x7f) {
          quoted.append("\\x%02x".formatted(c));
        } else if (isInvalidByte(c)) {
          quoted.append("\\x%02x".formatted(c & 0xff));
        } else if (!isPrintable(c)) {
          quoted.append((c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
        } else {
          quoted.appendCodePoint(c);
        }
      }
    }
  }

  /** Letters, marks, numbers, punctuation, symbols, and the plain space. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}

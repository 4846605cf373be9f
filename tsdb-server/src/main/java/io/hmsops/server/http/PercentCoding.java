package io.hmsops.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads {@code %41} and, in forms and query strings, {@code +}. */
final class PercentCoding {
  private PercentCoding() {}

  /**
   * Decodes UTF-8; bytes that are not UTF-8 become the replacement character.
   *
   * @throws HttpException 400 if a percent sign is not followed by two hexadecimal digits
   */
  static String decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
      return text;
    }
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(source.length);
    for (int i = 0; i < source.length; i++) {
      byte b = source[i];
      if (b == '%') {
        decoded.write(hexPair(text, source, i));
        i += 2;
      } else {
        decoded.write(plusIsSpace && b == '+' ? ' ' : b);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  /** {@return whether a percent sign is not followed by two hexadecimal digits} */
  static boolean isBroken(String text) {
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 3)) {
      if (i + 2 >= text.length()
          || Character.digit(text.charAt(i + 1), 16) < 0
          || Character.digit(text.charAt(i + 2), 16) < 0) {
        return true;
      }
    }
    return false;
  }

  private static int hexPair(String text, byte[] source, int percentOffset) {
    int high =
        percentOffset + 2 < source.length ? Character.digit(source[percentOffset + 1], 16) : -1;
    int low =
        percentOffset + 2 < source.length ? Character.digit(source[percentOffset + 2], 16) : -1;
    if (high < 0 || low < 0) {
      throw new HttpException(
          400,
          "invalid URL escape at byte %d of \"%s\" (expected: %% and two hexadecimal digits)"
              .formatted(percentOffset, text.length() > 100 ? text.substring(0, 100) : text));
    }
    return high << 4 | low;
  }
}

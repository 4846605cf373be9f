package io.hmsops.server.config;

import java.nio.charset.StandardCharsets;

/**
 * Texts of bytes that are not UTF-8: every byte above 0x7f stands as the lone surrogate {@code
 * U+DC00 + byte}, which no valid text holds.
 */
final class InvalidBytes {
  private static final int BASE = 0xdc00;

  private InvalidBytes() {}

  static String escape(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append((char) (b < 0 ? BASE + (b & 0xff) : b));
    }
    return text.toString();
  }

  static boolean isValidUtf8(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** {@return the text in quotes, with the escaped bytes as {@code \xff}} */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > BASE + 0x7f
          && c <= BASE + 0xff
          && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
        quoted.append("\\x%02x".formatted(c - BASE));
      } else if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}

package io.hmsops.server.config;

import java.nio.charset.StandardCharsets;

/** Which metric and label names are valid. */
public enum NameValidation {
  /** Any valid UTF-8. */
  UTF8("utf8"),
  /** Letters, digits, {@code _} (and {@code :} in metric names), no digit first. */
  LEGACY("legacy");

  private final String text;

  NameValidation(String text) {
    this.text = text;
  }

  /** {@return the name in configuration files} */
  public String text() {
    return text;
  }

  /**
   * {@return whether a label's name is valid}
   *
   * @param name the name
   */
  public boolean isLabelName(String name) {
    return this == UTF8 ? isUtf8Name(name) : isLegacy(name, false);
  }

  /**
   * {@return whether a metric's name is valid}
   *
   * @param name the name
   */
  public boolean isMetricName(String name) {
    return this == UTF8 ? isUtf8Name(name) : isLegacy(name, true);
  }

  private static boolean isUtf8Name(String name) {
    return !name.isEmpty() && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  private static boolean isLegacy(String name, boolean colonAllowed) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean digit = c >= '0' && c <= '9' && i > 0;
      if (!letter && !digit && !(colonAllowed && c == ':')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}

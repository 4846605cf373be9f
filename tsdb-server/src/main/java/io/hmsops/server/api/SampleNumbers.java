package io.hmsops.server.api;

import java.nio.charset.StandardCharsets;

/** Numbers as texts, as the API writes them; see {@link NumberText}. */
final class SampleNumbers {
  private SampleNumbers() {}

  /** {@return the shortest decimal that reads back the same; very small and large with exponent} */
  static String value(double value) {
    byte[] text = new byte[NumberText.MAX_BYTES];
    return text(text, NumberText.write(value, text, 0));
  }

  /** {@return the number in exponent form, whatever its size} */
  static String exponent(double value) {
    byte[] text = new byte[NumberText.MAX_BYTES];
    return text(text, NumberText.writeExponent(value, text, 0));
  }

  /** {@return seconds, with three decimals unless they are zero} */
  static String timestamp(long timestampMs) {
    byte[] text = new byte[NumberText.MAX_BYTES];
    return text(text, NumberText.writeSeconds(timestampMs, text, 0));
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}

package io.hmsops.server.ingest.exposition;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Texts and numbers in the spelling of Prometheus' messages and labels. */
final class GoText {
  private GoText() {}

  /** {@return bytes in quotes: what is not printable is escaped, invalid UTF-8 as {@code \xff}} */
  static String quote(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder("\"");
    int i = from;
    while (i < to) {
      int length = sequenceLength(bytes, i, to);
      if (length == 0) {
        text.append("\\x%02x".formatted(bytes[i] & 0xff));
        i++;
      } else {
        appendQuoted(text, new String(bytes, i, length, StandardCharsets.UTF_8).codePointAt(0));
        i += length;
      }
    }
    return text.append('"').toString();
  }

  private static void appendQuoted(StringBuilder text, int codePoint) {
    switch (codePoint) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case 7 -> text.append("\\a");
      case '\b' -> text.append("\\b");
      case '\f' -> text.append("\\f");
      case 11 -> text.append("\\v");
      default -> {
        if (codePoint < 0x20 || codePoint == 0x7f) {
          text.append("\\x%02x".formatted(codePoint));
        } else if (Character.isISOControl(codePoint) || !Character.isDefined(codePoint)) {
          text.append(
              codePoint < 0x10000
                  ? "\\u%04x".formatted(codePoint)
                  : "\\U%08x".formatted(codePoint));
        } else {
          text.appendCodePoint(codePoint);
        }
      }
    }
  }

  /** {@return how many bytes the code point at a place has, 0 if it is not valid UTF-8} */
  private static int sequenceLength(byte[] bytes, int from, int to) {
    int first = bytes[from] & 0xff;
    int length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    return length > 0 && from + length <= to && isUtf8(bytes, from, from + length) ? length : 0;
  }

  static boolean isUtf8(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return decodes(bytes, i, to);
      }
    }
    return true;
  }

  private static boolean decodes(byte[] bytes, int from, int to) {
    try {
      CharBuffer _ =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, from, to - from));
      return true;
    } catch (CharacterCodingException invalid) {
      return false;
    }
  }

  /**
   * {@return a number's value} Hexadecimal numbers and underscores are refused, as is what only
   * Java would take.
   */
  static double parseFloat(byte[] bytes, int from, int to) throws ExpositionException {
    for (int i = from; i < to; i++) {
      if (bytes[i] == 'p' || bytes[i] == 'P' || bytes[i] == '_') {
        throw new ExpositionException("unsupported character in float");
      }
    }
    int digits = to - from;
    if (digits > 0 && digits <= 15) {
      long whole = smallInteger(bytes, from, to);
      if (whole >= 0) {
        return whole;
      }
    }
    if (isDecimal(bytes, from, to)) {
      double value =
          Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
      if (Double.isInfinite(value)) {
        throw floatError(bytes, from, to, "value out of range");
      }
      return value;
    }
    return special(bytes, from, to);
  }

  /** {@return the value of a text of digits alone, -1 for others} */
  private static long smallInteger(byte[] bytes, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static double special(byte[] bytes, int from, int to) throws ExpositionException {
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      // One bit pattern for all, which is not the staleness marker's.
      case "nan" -> Double.longBitsToDouble(0x7ff8000000000001L);
      default -> throw floatError(bytes, from, to, "invalid syntax");
    };
  }

  private static ExpositionException floatError(byte[] bytes, int from, int to, String problem) {
    return new ExpositionException(
        "strconv.ParseFloat: parsing %s: %s".formatted(quote(bytes, from, to), problem));
  }

  private static boolean isDecimal(byte[] bytes, int from, int to) {
    int i = from;
    if (i < to && (bytes[i] == '+' || bytes[i] == '-')) {
      i++;
    }
    int wholeStart = i;
    i = skipDigits(bytes, i, to);
    int digits = i - wholeStart;
    if (i < to && bytes[i] == '.') {
      int fractionStart = i + 1;
      i = skipDigits(bytes, fractionStart, to);
      digits += i - fractionStart;
    }
    if (digits == 0) {
      return false;
    }
    if (i < to && (bytes[i] == 'e' || bytes[i] == 'E')) {
      i++;
      if (i < to && (bytes[i] == '+' || bytes[i] == '-')) {
        i++;
      }
      int exponentStart = i;
      i = skipDigits(bytes, i, to);
      if (i == exponentStart) {
        return false;
      }
    }
    return i == to;
  }

  private static int skipDigits(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }

  /** {@return a number as a value of {@code le} or {@code quantile}: {@code 1.0}, {@code 1e+06}} */
  static String labelFloat(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    java.math.BigDecimal decimal =
        new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = decimal.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    String sign = value < 0 ? "-" : "";
    // The shortest form of %g: an exponent from 6 on or below -4.
    if (exponent < -4 || exponent >= 6) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      return "%s%s%se%s%02d"
          .formatted(
              sign, digits.charAt(0), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = decimal.abs().toPlainString();
    return sign + (plain.contains(".") ? plain : plain + ".0");
  }
}

package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.query.function.GoText;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.Token;

/** The values of number and duration tokens. */
final class NumberLiterals {
  private static final Pattern DIGITS = Pattern.compile("[0-9]+(_[0-9]+)*");
  private static final Pattern HEXADECIMAL = Pattern.compile("_?[0-9a-f]+(_[0-9a-f]+)*");
  private static final Pattern STRAY_UNDERSCORE = Pattern.compile("(?<![0-9])_|_(?![0-9])");

  private final SourceText source;

  NumberLiterals(SourceText source) {
    this.source = source;
  }

  /** Returns the value of a number, or the seconds of a duration. */
  double value(Token token) throws ParseException {
    return token.getType() == PromQLLexer.DURATION ? seconds(token) : number(token);
  }

  private double seconds(Token token) throws ParseException {
    try {
      OptionalLong milliseconds = Durations.parseMs(token.getText());
      if (milliseconds.isPresent()) {
        return milliseconds.getAsLong() / 1000.0;
      }
    } catch (ArithmeticException e) {
      throw source.error(source.start(token), "duration out of range");
    }
    throw source.error(source.start(token), Durations.mistake(token.getText()));
  }

  private double number(Token token) throws ParseException {
    String text = token.getText();
    OptionalLong integer = integer(text.toLowerCase(Locale.ROOT));
    if (integer.isPresent()) {
      return integer.getAsLong();
    }
    try {
      double value = decimal(text);
      if (Double.isInfinite(value) && !text.equalsIgnoreCase("inf")) {
        throw malformed(token, "value out of range");
      }
      return value;
    } catch (NumberFormatException e) {
      throw malformed(token, "invalid syntax");
    }
  }

  /** {@return a whole number, empty if it is none or too large} A leading zero means octal. */
  private static OptionalLong integer(String text) {
    boolean hexadecimal = text.startsWith("0x");
    String digits = hexadecimal ? text.substring(2) : text;
    boolean octal = !hexadecimal && text.length() > 1 && text.startsWith("0");
    if (!(hexadecimal ? HEXADECIMAL : DIGITS).matcher(digits).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          Long.parseLong(digits.replace("_", ""), hexadecimal ? 16 : octal ? 8 : 10));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static double decimal(String text) {
    if (text.equalsIgnoreCase("inf")) {
      return Double.POSITIVE_INFINITY;
    } else if (text.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    if (STRAY_UNDERSCORE.matcher(text).find()) {
      throw new NumberFormatException(text);
    }
    return Double.parseDouble(text.replace("_", ""));
  }

  private ParseException malformed(Token token, String reason) {
    return source.error(
        source.start(token),
        "error parsing number: strconv.ParseFloat: parsing %s: %s"
            .formatted(GoText.quote(token.getText()), reason));
  }
}

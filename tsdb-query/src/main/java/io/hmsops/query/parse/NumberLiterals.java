package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.query.function.GoText;
import java.util.Locale;
import java.util.OptionalLong;
import org.antlr.v4.runtime.Token;

/** The values of number and duration tokens. */
final class NumberLiterals {
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
    throw source.error(
        source.start(token), "not a valid duration string: " + GoText.quote(token.getText()));
  }

  private double number(Token token) throws ParseException {
    String text = token.getText();
    String digits = text.replace("_", "").toLowerCase(Locale.ROOT);
    try {
      return integerOrDecimal(digits);
    } catch (NumberFormatException e) {
      throw malformed(token, "invalid syntax");
    } catch (ArithmeticException e) {
      throw malformed(token, "value out of range");
    }
  }

  private static double integerOrDecimal(String digits) {
    if (digits.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    } else if (digits.equals("nan")) {
      return Double.NaN;
    } else if (digits.startsWith("0x")) {
      return Long.parseLong(digits.substring(2), 16);
    } else if (digits.length() > 1 && digits.length() < 22 && digits.matches("0[0-7]+")) {
      return Long.parseLong(digits, 8);
    }
    double value = Double.parseDouble(digits);
    if (Double.isInfinite(value)) {
      throw new ArithmeticException(digits);
    }
    return value;
  }

  private ParseException malformed(Token token, String reason) {
    return source.error(source.start(token), BadNumber.unreadable(token.getText(), reason));
  }
}

package io.hmsops.query.script;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.tsdb.regex.Regex;
import io.hmsops.tsdb.regex.RegexSyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;

/** Reads the lines below an {@code eval}. */
final class ExpectationReader {
  private static final java.util.regex.Pattern EXPECT =
      java.util.regex.Pattern.compile("(?i)expect\\s+(\\w+)\\s*(.*)");
  private static final java.util.regex.Pattern RANGE_VECTOR =
      java.util.regex.Pattern.compile(
          "(?i)vector\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)");
  private static final java.util.regex.Pattern OLD_FAILURE =
      java.util.regex.Pattern.compile("(?i)expected_fail_(message|regexp)\\s+(.+)");
  private static final java.util.regex.Pattern HEX_INTEGER =
      java.util.regex.Pattern.compile("[+-]?0[xX][0-9a-fA-F]+");

  private final Expectation expectation = new Expectation();

  Expectation expectation() {
    return expectation;
  }

  /** Takes the suffix of {@code eval_fail} and its like. */
  void oldForm(int line, String suffix) throws ScriptException {
    expectation.lines.add("expect " + suffix);
    expect(line, suffix.toLowerCase(Locale.ROOT), "");
  }

  /** Reads one line; returns whether it ends the block. */
  boolean read(int line, String text) throws ScriptException {
    expectation.lines.add(text);
    Matcher oldFailure = OLD_FAILURE.matcher(text);
    Matcher expect = EXPECT.matcher(text);
    if (oldFailure.matches() && expectation.failure.isPresent()) {
      boolean exact = oldFailure.group(1).equalsIgnoreCase("message");
      String message = oldFailure.group(2).strip();
      expectation.failure =
          Optional.of(
              exact
                  ? new Expectation.Message(message, null)
                  : new Expectation.Message(null, regex(line, message)));
      return true;
    } else if (expect.matches()) {
      expect(line, expect.group(1).toLowerCase(Locale.ROOT), expect.group(2).strip());
    } else {
      OptionalDouble number = number(text);
      if (number.isPresent()) {
        expectation.scalar = number;
      } else {
        series(line, text);
      }
    }
    return false;
  }

  private void expect(int line, String what, String rest) throws ScriptException {
    switch (what) {
      case "fail" -> expectation.failure = Optional.of(message(line, rest));
      case "warn" -> expectation.warnings.add(message(line, rest));
      case "info" -> expectation.infos.add(message(line, rest));
      case "no_warn" -> expectation.noWarnings = true;
      case "no_info" -> expectation.noInfos = true;
      case "ordered" -> expectation.ordered = true;
      case "string" -> expectation.string = Optional.of(string(line, rest));
      case "range" -> expectation.rangeVector = Optional.of(grid(line, rest));
      default -> throw new ScriptException(line, "unknown expectation: " + what, null);
    }
    if ((expectation.noWarnings && !expectation.warnings.isEmpty())
        || (expectation.noInfos && !expectation.infos.isEmpty())) {
      throw new ScriptException(line, "expect %s contradicts another line".formatted(what), null);
    }
  }

  private static Expectation.Message message(int line, String rest) throws ScriptException {
    if (rest.isEmpty()) {
      return Expectation.Message.ANY;
    } else if (rest.startsWith("msg:")) {
      return new Expectation.Message(rest.substring("msg:".length()).strip(), null);
    } else if (rest.startsWith("regex:")) {
      return new Expectation.Message(null, regex(line, rest.substring("regex:".length()).strip()));
    }
    throw new ScriptException(line, "\"%s\" (expected: msg: or regex:)".formatted(rest), null);
  }

  private static Regex regex(int line, String text) throws ScriptException {
    try {
      return Regex.compile(text);
    } catch (RegexSyntaxException e) {
      throw new ScriptException(line, "regex %s: %s".formatted(text, e.description()), e);
    }
  }

  private static String string(int line, String text) throws ScriptException {
    try {
      if (PromQL.parse(text, Language.dialect(Set.of())) instanceof Expr.StringLiteral string) {
        return string.value();
      }
    } catch (ParseException e) {
      throw new ScriptException(line, String.valueOf(e.getMessage()), e);
    }
    throw new ScriptException(line, "%s is not a quoted text".formatted(text), null);
  }

  private static Expectation.Grid grid(int line, String text) throws ScriptException {
    Matcher matcher = RANGE_VECTOR.matcher(text);
    if (!matcher.matches()) {
      throw new ScriptException(
          line, "\"%s\" (expected: vector from … to … step …)".formatted(text), null);
    }
    return new Expectation.Grid(
        ScriptReader.timeMs(line, matcher.group(1)),
        ScriptReader.timeMs(line, matcher.group(2)),
        ScriptReader.timeMs(line, matcher.group(3)));
  }

  private static OptionalDouble number(String text) {
    if (HEX_INTEGER.matcher(text).matches()) {
      return OptionalDouble.of(Long.decode(text));
    }
    String lower = text.toLowerCase(Locale.ROOT).replaceFirst("^[+-]", "");
    if (lower.equals("inf") || lower.equals("nan")) {
      return OptionalDouble.of(SeriesNotation.number(text));
    }
    try {
      // Java would also take a type suffix.
      return lower.matches("[0-9.e+-]+")
          ? OptionalDouble.of(Double.parseDouble(text))
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private void series(int line, String text) throws ScriptException {
    try {
      expectation.series.add(SeriesNotation.parse(line, text));
    } catch (ParseException e) {
      throw new ScriptException(line, String.valueOf(e.getMessage()), e);
    }
  }
}

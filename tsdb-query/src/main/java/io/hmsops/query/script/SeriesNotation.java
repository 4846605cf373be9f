package io.hmsops.query.script;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.Durations;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code metric{label="value"} 1 2+3x4 _ stale {{count:1}}x2}. */
final class SeriesNotation {
  /** How many items one repetition may make. */
  static final int MAX_REPEAT = 1_000_000;

  private static final String NUMBER =
      "(?:(?:[0-9]+(?:ms|[smhdwy]))+|[0-9]+\\.?[0-9]*(?:[eE][+-]?[0-9]+)?"
          + "|\\.[0-9]+(?:[eE][+-]?[0-9]+)?|[iI][nN][fF]|[nN][aA][nN])";
  private static final Pattern FLOATS =
      Pattern.compile(
          "(?<value>[+-]?"
              + NUMBER
              + ")(?:(?<sign>[+-])(?<delta>"
              + NUMBER
              + "))?(?:x(?<times>[0-9]+))?");
  private static final Pattern BLANKS = Pattern.compile("_(?:x(?<times>[0-9]+))?");
  private static final Pattern TIMES = Pattern.compile("x(?<times>[0-9]+)");

  private final String text;
  private final List<Item> items = new ArrayList<>();
  private int position;

  private SeriesNotation(String text, int position) {
    this.text = text;
    this.position = position;
  }

  /** Reads a whole series; {@code line} is only remembered. */
  static SeriesLine parse(int line, String text) throws ParseException {
    int end = metricEnd(text);
    Labels labels = labels(text.substring(0, end));
    SeriesNotation notation = new SeriesNotation(text, end);
    notation.readItems();
    return new SeriesLine(line, text, labels, notation.items, List.of());
  }

  /** Returns where the metric ends: behind its braces, or behind its name. */
  static int metricEnd(String text) {
    int position = 0;
    while (position < text.length() && isNameCharacter(text.charAt(position))) {
      position++;
    }
    int brace = position;
    while (brace < text.length() && Character.isWhitespace(text.charAt(brace))) {
      brace++;
    }
    if (!text.startsWith("{", brace) || text.startsWith("{{", brace)) {
      return position;
    }
    char quote = 0;
    for (int i = brace + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0 && c == '\\' && quote != '`') {
        i++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'' || c == '`') {
        quote = c;
      } else if (c == '}') {
        return i + 1;
      }
    }
    return text.length();
  }

  private static boolean isNameCharacter(char c) {
    return c == '_' || c == ':' || (c < 0x80 && Character.isLetterOrDigit(c));
  }

  /** Reads a metric: a selector with equality only. */
  static Labels labels(String metric) throws ParseException {
    Expr expr = PromQL.parse(metric, Language.dialect(Set.of()));
    if (!(expr instanceof Expr.VectorSelector selector)) {
      throw ParseException.at(metric, 0, "%s is not a metric".formatted(metric));
    }
    Labels.Builder labels = new Labels.Builder();
    for (LabelMatcher matcher : selector.matchers()) {
      if (matcher.type() != LabelMatcher.Type.EQUAL) {
        throw ParseException.at(
            metric, 0, "metric %s: %s (expected: =)".formatted(metric, matcher));
      }
      labels.set(matcher.name(), matcher.value());
    }
    return labels.build();
  }

  private void readItems() throws ParseException {
    skipSpace();
    while (position < text.length()) {
      if (text.startsWith("{{", position)) {
        histograms();
      } else {
        floats();
      }
      if (position < text.length() && !Character.isWhitespace(text.charAt(position))) {
        throw unexpected(position);
      }
      skipSpace();
    }
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private ParseException unexpected(int at) {
    int end = at;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return ParseException.at(
        text, at, "unexpected \"%s\" in series values".formatted(text.substring(at, end)));
  }

  private void floats() throws ParseException {
    int end = position;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    String token = text.substring(position, end);
    Matcher blanks = BLANKS.matcher(token);
    Matcher floats = FLOATS.matcher(token);
    if (token.equals("stale")) {
      items.add(new Item.Value(StaleMarker.VALUE));
    } else if (blanks.matches()) {
      int times = blanks.group("times") == null ? 1 : times(blanks.group("times"));
      items.addAll(Collections.nCopies(times, Item.MISSING));
    } else if (floats.matches()
        && (floats.group("times") != null || floats.group("sign") == null)) {
      addFloats(floats);
    } else {
      throw unexpected(position);
    }
    position = end;
  }

  private void addFloats(Matcher floats) throws ParseException {
    double value = number(floats.group("value"));
    items.add(new Item.Value(value));
    if (floats.group("times") == null) {
      return;
    }
    int times = times(floats.group("times"));
    double delta = 0;
    if (floats.group("sign") != null) {
      delta = number(floats.group("delta"));
      delta = floats.group("sign").equals("-") ? -delta : delta;
    }
    boolean changes = floats.group("sign") != null;
    for (int i = 0; i < times; i++) {
      // Added up one by one: the rounding errors of that are part of the data.
      value = changes ? value + delta : value;
      items.add(new Item.Value(value));
    }
  }

  private int times(String digits) throws ParseException {
    if (digits.length() > 9 || Integer.parseInt(digits) > MAX_REPEAT) {
      throw ParseException.at(
          text, position, "repetition x%s (limit: %d)".formatted(digits, MAX_REPEAT));
    }
    return Integer.parseInt(digits);
  }

  private void histograms() throws ParseException {
    HistogramNotation first = new HistogramNotation(text, position);
    Item.Hist current = first.read();
    position = first.end();
    items.add(current);
    char sign = position < text.length() ? text.charAt(position) : ' ';
    Item.Hist step = null;
    if (sign == '+' || sign == '-') {
      HistogramNotation second = new HistogramNotation(text, position + 1);
      step = second.read();
      position = second.end();
    }
    Matcher times = TIMES.matcher(text).region(position, text.length());
    if (!times.lookingAt()) {
      if (step != null) {
        throw unexpected(position);
      }
      return;
    }
    int count = times(times.group("times"));
    int countAt = times.start("times");
    position = times.end();
    for (int i = 0; i < count; i++) {
      current = step == null ? current : combine(current, step, sign == '-', countAt);
      items.add(current);
    }
  }

  private Item.Hist combine(Item.Hist current, Item.Hist step, boolean subtract, int at)
      throws ParseException {
    try {
      Histogram sum =
          HistogramSteps.combine(current.histogram(), step.histogram(), subtract ? -1 : 1);
      return new Item.Hist(sum, current.hintStated());
    } catch (IllegalArgumentException e) {
      throw ParseException.at(text, at, "error combining histograms: " + e.getMessage());
    }
  }

  /** Reads a float of a series: decimal, duration, Inf or NaN, with or without sign. */
  static double number(String token) {
    boolean negative = token.startsWith("-");
    String digits = token.replaceFirst("^[+-]", "").toLowerCase(Locale.ROOT);
    double value =
        switch (digits) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "nan" -> Double.NaN;
          default -> {
            OptionalLong milliseconds = Durations.parseMs(digits);
            yield milliseconds.isPresent()
                ? milliseconds.getAsLong() / 1000.0
                : Double.parseDouble(digits);
          }
        };
    return negative ? -value : value;
  }
}

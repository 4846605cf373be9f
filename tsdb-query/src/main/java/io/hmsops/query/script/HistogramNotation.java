package io.hmsops.query.script;

import io.hmsops.query.parse.ParseException;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one {@code {{schema:1 count:3 buckets:[1 2]}}}. */
final class HistogramNotation {
  private static final String HINT = "counter_reset_hint";
  private static final Set<String> LISTS = Set.of("buckets", "n_buckets", "custom_values");
  private static final Set<String> NUMBERS =
      Set.of("schema", "count", "sum", "z_bucket", "z_bucket_w", "offset", "n_offset");
  private static final Pattern NUMBER =
      Pattern.compile(
          "-?(?:[0-9]+\\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\\.[0-9]+(?:[eE][+-]?[0-9]+)?"
              + "|[iI][nN][fF]|[nN][aA][nN])");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z_]+");
  private static final int[] NO_SPANS = {};

  private final String text;
  private final Map<String, Double> numbers = new HashMap<>();
  private final Map<String, double[]> lists = new HashMap<>();
  private CounterResetHint hint = CounterResetHint.UNKNOWN;
  private boolean hintStated;
  private int position;

  /** Starts at the opening braces. */
  HistogramNotation(String text, int position) {
    this.text = text;
    this.position = position;
  }

  /** Returns where the histogram ends. */
  int end() {
    return position;
  }

  Item.Hist read() throws ParseException {
    if (!text.startsWith("{{", position)) {
      throw unexpected();
    }
    position += 2;
    if (skipSpaces() && !atEnd()) {
      throw unexpected();
    }
    while (!atEnd()) {
      property();
      if (!skipSpaces() && !atEnd()) {
        throw unexpected();
      }
    }
    position += 2;
    return new Item.Hist(build(), hintStated);
  }

  private boolean atEnd() {
    return text.startsWith("}}", position);
  }

  private boolean skipSpaces() {
    int start = position;
    while (position < text.length() && text.charAt(position) == ' ') {
      position++;
    }
    return position > start;
  }

  private ParseException unexpected() {
    String found =
        position < text.length() ? "\"%s\"".formatted(text.charAt(position)) : "end of input";
    return ParseException.at(text, position, "unexpected %s in series values".formatted(found));
  }

  private String token(Pattern pattern) throws ParseException {
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    if (!matcher.lookingAt()) {
      throw unexpected();
    }
    position = matcher.end();
    return matcher.group();
  }

  private void property() throws ParseException {
    int start = position;
    String key = token(WORD).toLowerCase(Locale.ROOT);
    if (!NUMBERS.contains(key) && !LISTS.contains(key) && !key.equals(HINT)) {
      throw badDescriptor(start, key);
    }
    if (!text.startsWith(":", position)) {
      throw ParseException.at(text, start, "missing `:` for histogram descriptor");
    }
    position++;
    if (numbers.containsKey(key) || lists.containsKey(key) || (key.equals(HINT) && hintStated)) {
      throw ParseException.at(text, 0, "duplicate key \"%s\" in histogram".formatted(key));
    }
    if (LISTS.contains(key)) {
      lists.put(key, list());
    } else if (NUMBERS.contains(key)) {
      numbers.put(key, SeriesNotation.number(token(NUMBER)));
    } else {
      hint = hint();
      hintStated = true;
    }
  }

  private ParseException badDescriptor(int start, String word) {
    return ParseException.at(text, start, "bad histogram descriptor found: \"%s\"".formatted(word));
  }

  private double[] list() throws ParseException {
    if (!text.startsWith("[", position)) {
      throw unexpected();
    }
    position++;
    List<Double> values = new ArrayList<>();
    while (!text.startsWith("]", position)) {
      values.add(SeriesNotation.number(token(NUMBER)));
      if (!skipSpaces() && !text.startsWith("]", position)) {
        throw unexpected();
      }
    }
    position++;
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private CounterResetHint hint() throws ParseException {
    int start = position;
    String word = token(WORD);
    return switch (word) {
      case "unknown" -> CounterResetHint.UNKNOWN;
      case "reset" -> CounterResetHint.RESET;
      case "not_reset" -> CounterResetHint.NOT_RESET;
      case "gauge" -> CounterResetHint.GAUGE;
      default -> throw badDescriptor(start, word);
    };
  }

  private double number(String key) {
    return numbers.getOrDefault(key, 0.0);
  }

  private double[] list(String key) {
    return lists.getOrDefault(key, new double[0]);
  }

  private Histogram build() {
    double[] positive = list("buckets");
    double[] negative = list("n_buckets");
    return new Histogram(
        (int) number("schema"),
        number("z_bucket_w"),
        number("z_bucket"),
        number("count"),
        number("sum"),
        spans((int) number("offset"), positive),
        positive,
        spans((int) number("n_offset"), negative),
        negative,
        list("custom_values"),
        hint,
        false);
  }

  private static int[] spans(int offset, double[] buckets) {
    return buckets.length == 0 ? NO_SPANS : new int[] {offset, buckets.length};
  }
}

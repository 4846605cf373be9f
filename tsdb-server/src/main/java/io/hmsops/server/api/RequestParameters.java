package io.hmsops.server.api;

import io.hmsops.query.parse.ParseException;
import io.hmsops.server.config.Durations;
import io.hmsops.server.http.Parameters;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Reads the parameters of one request, with the errors of Prometheus' {@code web/api/v1}. */
final class RequestParameters {
  /** The earliest time that a parameter can say, in milliseconds. */
  static final long MIN_TIME_MS = -9_223_309_901_257_974_000L;

  /** The latest time that a parameter can say, in milliseconds. */
  static final long MAX_TIME_MS = 9_223_309_901_257_974_999L;

  private static final String MIN_TIME_TEXT = "-292273086-05-16T16:47:06Z";
  private static final String MAX_TIME_TEXT = "292277025-08-18T07:12:54.999999999Z";

  /** Go's numbers may be grouped: {@code 1_000}. */
  private static final Pattern BETWEEN_DIGITS = Pattern.compile("(?<=[0-9])_(?=[0-9])");

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");
  private static final double MAX_NANOS = 0x1p63;

  private final Parameters parameters;

  RequestParameters(Parameters parameters) {
    this.parameters = parameters;
  }

  String text(String name) {
    return parameters.get(name);
  }

  List<String> texts(String name) {
    return parameters.all(name);
  }

  boolean has(String name) {
    return !parameters.get(name).isEmpty();
  }

  /** {@return a time in milliseconds, required} */
  long timeMs(String name) {
    try {
      return parseTimeMs(text(name));
    } catch (IllegalArgumentException e) {
      throw ApiException.badParameter(name, String.valueOf(e.getMessage()));
    }
  }

  /** {@return a time in milliseconds, or a default if it is not given} */
  long timeMs(String name, long absentMs) {
    if (!has(name)) {
      return absentMs;
    }
    try {
      return parseTimeMs(text(name));
    } catch (IllegalArgumentException e) {
      throw ApiException.badParameter(
          name, "invalid time value for '%s': %s".formatted(name, e.getMessage()));
    }
  }

  /** {@return a duration in milliseconds, required} */
  long durationMs(String name) {
    try {
      return parseDurationMs(text(name));
    } catch (IllegalArgumentException e) {
      throw ApiException.badParameter(name, String.valueOf(e.getMessage()));
    }
  }

  /** {@return how many results are wanted, 0 for all} */
  int limit() {
    if (!has("limit")) {
      return 0;
    }
    int limit = goInteger("limit", text("limit"));
    if (limit < 0) {
      throw ApiException.badParameter("limit", "limit must be non-negative");
    }
    return limit;
  }

  private static int goInteger(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      boolean digits = text.matches("[+-]?[0-9]+");
      String reason = digits ? "value out of range" : "invalid syntax";
      throw ApiException.badParameter(
          name, "strconv.Atoi: parsing \"%s\": %s".formatted(text, reason));
    }
  }

  /**
   * {@return the selectors of {@code match[]}, each as its matchers}
   *
   * @param prefix whether errors name the parameter
   */
  List<List<LabelMatcher>> matcherSets(boolean prefix) {
    List<List<LabelMatcher>> sets = new ArrayList<>();
    for (String selector : texts("match[]")) {
      try {
        sets.add(Selectors.parse(selector));
      } catch (ParseException e) {
        String reason = String.valueOf(e.getMessage());
        throw prefix ? ApiException.badParameter("match[]", reason) : ApiException.badData(reason);
      }
      if (sets.getLast().stream().allMatch(m -> m.matches(""))) {
        String reason = "match[] must contain at least one non-empty matcher";
        throw prefix ? ApiException.badParameter("match[]", reason) : ApiException.badData(reason);
      }
    }
    return sets;
  }

  /**
   * {@return milliseconds since the epoch}
   *
   * @param text seconds as a number, or RFC 3339
   */
  static long parseTimeMs(String text) {
    OptionalDouble seconds = goDouble(text);
    if (seconds.isPresent()) {
      return secondsToMs(seconds.getAsDouble());
    }
    if (text.equals(MIN_TIME_TEXT)) {
      return MIN_TIME_MS;
    }
    if (text.equals(MAX_TIME_TEXT)) {
      return MAX_TIME_MS;
    }
    try {
      if (RFC_3339.matcher(text).matches()) {
        return OffsetDateTime.parse(text).toInstant().toEpochMilli();
      }
    } catch (DateTimeException notADate) {
      throw new IllegalArgumentException(
          "cannot parse \"%s\" to a valid timestamp".formatted(text), notADate);
    }
    throw new IllegalArgumentException("cannot parse \"%s\" to a valid timestamp".formatted(text));
  }

  /** What is not finite counts as the earliest time, as the conversion to an integer in Go does. */
  private static long secondsToMs(double seconds) {
    if (!Double.isFinite(seconds)) {
      return MIN_TIME_MS;
    }
    double whole = seconds < 0 ? Math.ceil(seconds) : Math.floor(seconds);
    double ms = whole * 1000 + Math.rint((seconds - whole) * 1000);
    return (long) Math.clamp(ms, (double) MIN_TIME_MS, (double) MAX_TIME_MS);
  }

  /**
   * {@return milliseconds}
   *
   * @param text seconds as a number, or a Prometheus duration
   */
  static long parseDurationMs(String text) {
    OptionalDouble seconds = goDouble(text);
    if (seconds.isEmpty()) {
      try {
        return Durations.parseMs(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "cannot parse \"%s\" to a valid duration".formatted(text), e);
      }
    }
    double nanos = seconds.getAsDouble() * 1e9;
    if (nanos > MAX_NANOS || nanos < -MAX_NANOS) {
      throw new IllegalArgumentException(
          "cannot parse \"%s\" to a valid duration. It overflows int64".formatted(text));
    }
    return (long) (nanos / 1e6);
  }

  /**
   * {@return the number that a text is, if it is one} Java also takes surrounding blanks and
   * suffixes like {@code 1d}, which mean days here.
   */
  private static OptionalDouble goDouble(String given) {
    String text = BETWEEN_DIGITS.matcher(given).replaceAll("");
    if (isDecimal(text)) {
      return OptionalDouble.of(Double.parseDouble(text));
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      case "nan" -> OptionalDouble.of(Double.NaN);
      default -> OptionalDouble.empty();
    };
  }

  /** {@return whether a text is a decimal number: sign, digits with a point, exponent} */
  private static boolean isDecimal(String text) {
    int at = afterSign(text, 0);
    int whole = afterDigits(text, at);
    int fraction = whole;
    if (whole < text.length() && text.charAt(whole) == '.') {
      fraction = afterDigits(text, whole + 1);
    }
    if (whole == at && fraction <= whole + 1) {
      return false;
    }
    if (fraction == text.length()) {
      return true;
    }
    if (Character.toLowerCase(text.charAt(fraction)) != 'e') {
      return false;
    }
    int power = afterSign(text, fraction + 1);
    int end = afterDigits(text, power);
    return end > power && end == text.length();
  }

  private static int afterSign(String text, int at) {
    boolean signed = at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-');
    return signed ? at + 1 : at;
  }

  private static int afterDigits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}

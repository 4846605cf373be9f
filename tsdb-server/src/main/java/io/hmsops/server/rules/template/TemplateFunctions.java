package io.hmsops.server.rules.template;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.server.config.Durations;
import io.hmsops.tsdb.regex.Regex;
import io.hmsops.tsdb.regex.RegexSyntaxException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions that templates call. */
final class TemplateFunctions {
  private static final Set<String> NAMES =
      Set.of(
          ("and or not eq ne lt le gt ge index len print printf println html urlquery slice js call "
                  + "query first value label strvalue sortByLabel humanize humanize1024 "
                  + "humanizeDuration humanizePercentage humanizeTimestamp toTime toDuration now "
                  + "parseDuration title toUpper toLower stripPort stripDomain match reReplaceAll "
                  + "graphLink tableLink externalURL pathPrefix args tmpl safeHtml urlQueryEscape")
              .split(" "));

  private final TemplateContext context;

  TemplateFunctions(TemplateContext context) {
    this.context = context;
  }

  static boolean exists(String name) {
    return NAMES.contains(name);
  }

  /** {@return whether Go takes a value as true: not nil, zero or empty} */
  static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean truth -> truth;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  @Nullable Object call(String name, List<@Nullable Object> arguments) throws TemplateException {
    try {
      return dispatch(name, new Arguments(name, arguments));
    } catch (RegexSyntaxException e) {
      throw new TemplateException("error calling %s: %s".formatted(name, e.getMessage()));
    }
  }

  private @Nullable Object dispatch(String name, Arguments a) throws TemplateException {
    return switch (name) {
      case "eq", "ne", "lt", "le", "gt", "ge", "not", "index", "len", "slice" ->
          GoBuiltins.call(name, a);
      case "print", "println", "printf", "html", "urlquery", "urlQueryEscape" -> printing(name, a);
      case "query", "first", "value", "label", "strvalue", "sortByLabel" -> samples(name, a);
      case "humanize" -> Humanize.decimal(a.number(0));
      case "humanize1024" -> Humanize.binary(a.number(0));
      case "humanizeDuration" -> Humanize.duration(a.number(0));
      case "humanizePercentage" -> Humanize.percentage(a.number(0));
      case "humanizeTimestamp" -> {
        double seconds = a.number(0);
        yield Double.isNaN(seconds) || Double.isInfinite(seconds)
            ? GoFormat.fourDigits(seconds)
            : GoTime.ofSeconds(seconds).toString();
      }
      case "toTime" -> GoTime.ofSeconds(a.number(0));
      case "toDuration" -> new GoTime.GoDuration((long) (a.number(0) * 1e9));
      case "now" -> context.timestampMs() / 1e3;
      case "parseDuration" -> parseDuration(a.text(0));
      case "title", "toUpper", "toLower", "stripPort", "stripDomain", "match", "reReplaceAll" ->
          texts(name, a);
      case "graphLink" -> link(a.text(0), 0);
      case "tableLink" -> link(a.text(0), 1);
      case "externalURL" -> context.externalUrl();
      case "pathPrefix" -> pathPrefix();
      case "safeHtml" -> a.text(0);
      case "args" -> arguments(a);
      default -> throw new TemplateException("not supported: template function " + name);
    };
  }

  private static Object arguments(Arguments a) {
    Map<String, @Nullable Object> named = new java.util.HashMap<>();
    for (int i = 0; i < a.size(); i++) {
      named.put("arg" + i, a.any(i));
    }
    return named;
  }

  private Object printing(String name, Arguments a) throws TemplateException {
    return switch (name) {
      case "printf" -> GoFormat.printf(a.text(0), a.from(1));
      case "println" -> String.join(" ", a.from(0).stream().map(GoFormat::print).toList()) + "\n";
      case "html" ->
          GoFormat.print(a.any(0))
              .replace("&", "&amp;")
              .replace("<", "&lt;")
              .replace(">", "&gt;")
              .replace("\"", "&#34;")
              .replace("'", "&#39;");
      case "urlquery", "urlQueryEscape" ->
          URLEncoder.encode(GoFormat.print(a.any(0)), StandardCharsets.UTF_8);
      default -> print(a.from(0));
    };
  }

  /** Go's Sprint: a space between neighbours that are both no texts. */
  private static String print(List<@Nullable Object> values) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      if (i > 0 && !(values.get(i) instanceof String) && !(values.get(i - 1) instanceof String)) {
        text.append(' ');
      }
      text.append(GoFormat.print(values.get(i)));
    }
    return text.toString();
  }

  private @Nullable Object samples(String name, Arguments a) throws TemplateException {
    return switch (name) {
      case "query" -> context.queries().query(a.text(0));
      case "first" -> {
        List<?> list = a.list(0);
        if (list.isEmpty()) {
          throw new TemplateException(
              "error calling first: first() called on vector with no elements");
        }
        yield list.get(0);
      }
      case "value" -> a.sample(0).value();
      case "label" -> a.sample(1).labels().get(a.text(0));
      case "strvalue" -> a.sample(0).labels().get("__value__");
      default -> {
        String label = a.text(0);
        List<QueryResult.Sample> sorted = new ArrayList<>();
        for (Object element : a.list(1)) {
          sorted.add(Arguments.asSample(name, element));
        }
        sorted.sort(Comparator.comparing(sample -> sample.labels().get(label)));
        yield sorted;
      }
    };
  }

  private static Object texts(String name, Arguments a) throws TemplateException {
    String first = a.text(0);
    return switch (name) {
      case "title" -> title(first);
      case "toUpper" -> first.toUpperCase(Locale.ROOT);
      case "toLower" -> first.toLowerCase(Locale.ROOT);
      case "stripPort" -> stripPort(first);
      case "stripDomain" -> stripDomain(first);
      case "match" -> Regex.compile(first).contains(a.text(1));
      default -> Regex.compile(first).replaceAll(a.text(2), a.text(1));
    };
  }

  private static String title(String text) {
    StringBuilder result = new StringBuilder();
    boolean atStart = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      result.append(atStart ? Character.toTitleCase(c) : c);
      atStart = !Character.isLetterOrDigit(c) && c != '_' && c != '\'';
    }
    return result.toString();
  }

  /** The host without its port, or the text itself where it is not host and port. */
  private static String stripPort(String hostPort) {
    int colon = hostPort.lastIndexOf(':');
    if (colon < 0) {
      return hostPort;
    }
    String host = hostPort.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      return host.substring(1, host.length() - 1);
    }
    boolean ambiguous = host.indexOf(':') >= 0 || host.indexOf('[') >= 0 || host.indexOf(']') >= 0;
    return ambiguous ? hostPort : host;
  }

  private static String stripDomain(String hostPort) {
    String host = stripPort(hostPort);
    boolean isAddress = host.indexOf(':') >= 0 || host.matches("\\d+(\\.\\d+){3}");
    if (isAddress || host.indexOf('.') < 0) {
      return hostPort;
    }
    boolean hasPort = !host.equals(hostPort);
    return host.substring(0, host.indexOf('.'))
        + (hasPort ? hostPort.substring(host.length()) : "");
  }

  private static double parseDuration(String text) throws TemplateException {
    boolean negative = text.startsWith("-");
    try {
      double seconds = Durations.parseMs(negative ? text.substring(1) : text) / 1e3;
      return negative ? -seconds : seconds;
    } catch (IllegalArgumentException e) {
      throw new TemplateException("error calling parseDuration: " + e.getMessage());
    }
  }

  private static String link(String expr, int tab) {
    return "/graph?g0.expr=%s&g0.tab=%d"
        .formatted(URLEncoder.encode(expr, StandardCharsets.UTF_8), tab);
  }

  private String pathPrefix() throws TemplateException {
    try {
      String path = URI.create(context.externalUrl()).getPath();
      return path == null ? "" : path;
    } catch (IllegalArgumentException e) {
      throw new TemplateException("external URL: " + e.getMessage());
    }
  }

  /** The arguments of one call, with errors that name the function. */
  record Arguments(String function, List<@Nullable Object> values) {
    int size() {
      return values.size();
    }

    List<@Nullable Object> from(int index) {
      return values.subList(Math.min(index, values.size()), values.size());
    }

    @Nullable Object any(int index) {
      return index < values.size() ? values.get(index) : null;
    }

    String text(int index) throws TemplateException {
      if (any(index) instanceof String text) {
        return text;
      }
      throw wrong(index, "a text");
    }

    List<?> list(int index) throws TemplateException {
      if (any(index) instanceof List<?> list) {
        return list;
      }
      throw wrong(index, "a list");
    }

    QueryResult.Sample sample(int index) throws TemplateException {
      return asSample(function, any(index));
    }

    static QueryResult.Sample asSample(String function, @Nullable Object value)
        throws TemplateException {
      if (value instanceof QueryResult.Sample sample) {
        return sample;
      }
      throw new TemplateException(
          "error calling %s: found %s (expected: a sample)"
              .formatted(function, GoFormat.print(value)));
    }

    /** A number, or a text that is one. */
    double number(int index) throws TemplateException {
      Object value = any(index);
      return switch (value) {
        case Long number -> number;
        case Double number -> number;
        case GoTime.GoDuration duration -> duration.nanos() / 1e9;
        case String text -> parseFloat(text);
        case null, default -> throw wrong(index, "a number");
      };
    }

    private double parseFloat(String text) throws TemplateException {
      String lower = text.toLowerCase(Locale.ROOT);
      switch (lower) {
        case "inf", "+inf", "infinity", "+infinity" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-inf", "-infinity" -> {
          return Double.NEGATIVE_INFINITY;
        }
        case "nan" -> {
          return Double.NaN;
        }
        default -> {}
      }
      try {
        boolean javaOnly = text.isBlank() || !text.equals(text.strip()) || lower.matches(".*[df]");
        if (!javaOnly) {
          return Double.parseDouble(text);
        }
      } catch (NumberFormatException notANumber) {
        // Falls through to the message that Go gives.
      }
      throw new TemplateException(
          "error calling %s: strconv.ParseFloat: parsing %s: invalid syntax"
              .formatted(function, GoFormat.quote(text)));
    }

    TemplateException wrong(int index, String expected) {
      return new TemplateException(
          index < values.size()
              ? "error calling %s: argument %d is %s (expected: %s)"
                  .formatted(function, index + 1, GoFormat.print(any(index)), expected)
              : "wrong number of args for %s: got %d".formatted(function, values.size()));
    }
  }
}

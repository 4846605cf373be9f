package io.hmsops.server.rules.template;

import io.hmsops.query.engine.QueryResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as text, the way Go's {@code fmt} writes them. */
final class GoFormat {
  private static final int SHORTEST = -1;

  /** Above this exponent {@code %v} of a float switches to the scientific form. */
  private static final int PLAIN_EXPONENT_LIMIT = 21;

  private GoFormat() {}

  /** {@return a value as a template prints it} */
  static String print(@Nullable Object value) {
    return switch (value) {
      case null -> "<no value>";
      case Double number -> general(number, SHORTEST, PLAIN_EXPONENT_LIMIT);
      case QueryResult.Sample sample ->
          "{%s %s}".formatted(sample.labels(), print((Object) sample.value()));
      case List<?> list -> {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(print(element)));
        yield "[" + String.join(" ", texts) + "]";
      }
      case Map<?, ?> map -> {
        List<String> texts = new ArrayList<>();
        map.forEach((k, v) -> texts.add(print(k) + ":" + print(v)));
        yield "map[" + String.join(" ", texts.stream().sorted().toList()) + "]";
      }
      default -> value.toString();
    };
  }

  /** {@return {@code %.4g} of a number} */
  static String fourDigits(double value) {
    return general(value, 4, 4);
  }

  private static @Nullable String special(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : null;
  }

  /** The form of {@code %g}: plain, or scientific for exponents outside −4 … limit − 1. */
  static String general(double value, int digits, int exponentLimit) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    if (value == 0) {
      return Double.doubleToRawLongBits(value) < 0 ? "-0" : "0";
    }
    BigDecimal exact =
        digits == SHORTEST
            ? new BigDecimal(Double.toString(value))
            : new BigDecimal(value)
                .round(new MathContext(Math.max(1, digits), RoundingMode.HALF_EVEN));
    BigDecimal rounded = exact.stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    int limit = digits == SHORTEST ? exponentLimit : Math.max(1, exponentLimit);
    if (exponent < -4 || exponent >= limit) {
      return scientific(rounded, exponent);
    }
    return rounded.toPlainString();
  }

  private static String scientific(BigDecimal number, int exponent) {
    String digits = number.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%s%se%s%02d"
        .formatted(
            number.signum() < 0 ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** {@return the text of {@code printf}} */
  static String printf(String format, List<@Nullable Object> arguments) throws TemplateException {
    StringBuilder text = new StringBuilder();
    int next = 0;
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i++);
      if (c != '%') {
        text.append(c);
        continue;
      }
      int start = i;
      while (i < format.length() && "+-# 0123456789.".indexOf(format.charAt(i)) >= 0) {
        i++;
      }
      if (i >= format.length()) {
        text.append("%!(NOVERB)");
        break;
      }
      char verb = format.charAt(i++);
      if (verb == '%') {
        text.append('%');
      } else if (next >= arguments.size()) {
        text.append("%!").append(verb).append("(MISSING)");
      } else {
        text.append(verb(format.substring(start, i - 1), verb, arguments.get(next++)));
      }
    }
    if (next < arguments.size()) {
      text.append("%!(EXTRA ");
      List<String> extra = new ArrayList<>();
      for (Object argument : arguments.subList(next, arguments.size())) {
        extra.add(typeName(argument) + "=" + print(argument));
      }
      text.append(String.join(", ", extra)).append(')');
    }
    return text.toString();
  }

  private static String verb(String flags, char verb, @Nullable Object value)
      throws TemplateException {
    int dot = flags.indexOf('.');
    int precision = dot < 0 ? SHORTEST : parse(flags.substring(dot + 1));
    String head = dot < 0 ? flags : flags.substring(0, dot);
    int digitsFrom = 0;
    while (digitsFrom < head.length() && "+-# 0".indexOf(head.charAt(digitsFrom)) >= 0) {
      digitsFrom++;
    }
    String signs = head.substring(0, digitsFrom);
    int width = parse(head.substring(digitsFrom));
    String body = body(verb, precision, value);
    boolean isNumber = value instanceof Number;
    if (isNumber && signs.contains("+") && !body.startsWith("-") && !body.startsWith("+")) {
      body = "+" + body;
    }
    if (body.length() >= width) {
      return body;
    }
    if (signs.contains("-")) {
      return body + " ".repeat(width - body.length());
    }
    if (signs.contains("0") && isNumber) {
      boolean signed = body.startsWith("-") || body.startsWith("+");
      String sign = signed ? body.substring(0, 1) : "";
      return sign + "0".repeat(width - body.length()) + body.substring(sign.length());
    }
    return " ".repeat(width - body.length()) + body;
  }

  private static int parse(String digits) throws TemplateException {
    try {
      return digits.isEmpty() ? 0 : Math.min(Integer.parseInt(digits), 1000);
    } catch (NumberFormatException e) {
      throw new TemplateException("printf: width or precision \"%s\"".formatted(digits));
    }
  }

  private static String body(char verb, int precision, @Nullable Object value)
      throws TemplateException {
    return switch (verb) {
      case 'v' -> value == null ? "<nil>" : print(value);
      case 's' -> {
        String text =
            value instanceof Number
                ? wrongType(verb, value)
                : value == null ? "%!s(<nil>)" : print(value);
        yield precision >= 0 && precision < text.length() ? text.substring(0, precision) : text;
      }
      case 'q' -> value instanceof String text ? quote(text) : wrongType(verb, value);
      case 'd' -> value instanceof Long ? value.toString() : wrongType(verb, value);
      case 'x' -> value instanceof Long number ? Long.toHexString(number) : wrongType(verb, value);
      case 't' -> value instanceof Boolean ? value.toString() : wrongType(verb, value);
      case 'f', 'F' ->
          value instanceof Double number ? fixed(number, precision) : wrongType(verb, value);
      case 'e' ->
          value instanceof Double number ? exponential(number, precision) : wrongType(verb, value);
      case 'g' ->
          value instanceof Double number
              ? general(number, precision, precision == SHORTEST ? PLAIN_EXPONENT_LIMIT : precision)
              : wrongType(verb, value);
      case 'T' -> typeName(value);
      default -> throw new TemplateException("not supported: printf verb %%%s".formatted(verb));
    };
  }

  private static String fixed(double value, int precision) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    int places = precision == SHORTEST ? 6 : precision;
    String text = new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
    boolean lostSign = Double.doubleToRawLongBits(value) < 0 && !text.startsWith("-");
    return lostSign ? "-" + text : text;
  }

  private static String exponential(double value, int precision) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    String text = ("%." + (precision == SHORTEST ? 6 : precision) + "e").formatted(value);
    return text;
  }

  private static String wrongType(char verb, @Nullable Object value) {
    return value == null
        ? "%!" + verb + "(<nil>)"
        : "%!" + verb + "(" + typeName(value) + "=" + print(value) + ")";
  }

  private static String typeName(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case Double _ -> "float64";
      case Long _ -> "int";
      case String _ -> "string";
      case Boolean _ -> "bool";
      default -> value.getClass().getSimpleName();
    };
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                  if (c < 0x20) {
                    quoted.append("\\x%02x".formatted(c));
                  } else {
                    quoted.appendCodePoint(c);
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }
}

package io.hmsops.server.rules.template;

import io.hmsops.server.rules.template.TemplateFunctions.Arguments;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Comparison and access, with Go's rule that only values of one kind compare. */
final class GoBuiltins {
  private GoBuiltins() {}

  static @Nullable Object call(String name, Arguments a) throws TemplateException {
    return switch (name) {
      case "not" -> !TemplateFunctions.isTrue(a.any(0));
      case "eq" -> equalsAny(a);
      case "ne" -> !same(a.any(0), a.any(1));
      case "lt" -> compare(a) < 0;
      case "le" -> compare(a) <= 0;
      case "gt" -> compare(a) > 0;
      case "ge" -> compare(a) >= 0;
      case "len" -> length(a);
      case "slice" -> slice(a);
      default -> index(a);
    };
  }

  private static boolean equalsAny(Arguments a) throws TemplateException {
    if (a.size() < 2) {
      throw new TemplateException("error calling eq: missing argument for comparison");
    }
    for (int i = 1; i < a.size(); i++) {
      if (same(a.any(0), a.any(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(@Nullable Object left, @Nullable Object right)
      throws TemplateException {
    if (left == null) {
      return right == null;
    }
    if (right == null) {
      return false;
    }
    requireSameKind(left, right);
    // Doubles are compared as numbers: NaN differs from itself, 0 equals -0.
    if (left instanceof Double a && right instanceof Double b) {
      return a.doubleValue() == b.doubleValue();
    }
    return left.equals(right);
  }

  private static int compare(Arguments a) throws TemplateException {
    Object left = a.any(0);
    Object right = a.any(1);
    if (left == null || right == null) {
      throw new TemplateException("error calling %s: missing argument".formatted(a.function()));
    }
    requireSameKind(left, right);
    if (left instanceof Long l && right instanceof Long r) {
      return Long.compare(l, r);
    }
    if (left instanceof Double l && right instanceof Double r) {
      return Double.compare(l, r);
    }
    if (left instanceof String l && right instanceof String r) {
      return l.compareTo(r);
    }
    throw new TemplateException(
        "error calling %s: invalid type for comparison".formatted(a.function()));
  }

  private static void requireSameKind(Object left, Object right) throws TemplateException {
    if (left.getClass() != right.getClass()) {
      throw new TemplateException(
          "incompatible types for comparison: %s and %s"
              .formatted(GoFormat.print(left), GoFormat.print(right)));
    }
  }

  private static long length(Arguments a) throws TemplateException {
    return switch (a.any(0)) {
      case String text -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null, default -> throw a.wrong(0, "a text, list or map");
    };
  }

  private static @Nullable Object index(Arguments a) throws TemplateException {
    Object value = a.any(0);
    for (int i = 1; i < a.size(); i++) {
      Object key = a.any(i);
      if (value instanceof List<?> list && key instanceof Long at) {
        if (at < 0 || at >= list.size()) {
          throw new TemplateException("error calling index: index out of range: %d".formatted(at));
        }
        value = list.get(at.intValue());
      } else if (value instanceof Map<?, ?> map && key != null) {
        value = map.get(key);
      } else {
        throw a.wrong(i, "an index of the value before it");
      }
    }
    return value;
  }

  private static Object slice(Arguments a) throws TemplateException {
    String text = a.text(0);
    int from = a.size() > 1 ? (int) a.number(1) : 0;
    int to = a.size() > 2 ? (int) a.number(2) : text.length();
    if (from < 0 || to > text.length() || from > to) {
      throw new TemplateException("error calling slice: index out of range");
    }
    return text.substring(from, to);
  }
}

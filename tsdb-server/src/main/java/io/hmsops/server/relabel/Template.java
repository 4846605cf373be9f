package io.hmsops.server.relabel;

import io.hmsops.tsdb.regex.RegexMatch;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with {@code $1}, <code>${1}</code>, {@code $name} and <code>${name}</code> for the groups
 * of a match; {@code $$} is one dollar sign. A group that is not there is empty; as many word
 * characters as possible belong to a name, so {@code $1x} is the group "1x".
 */
final class Template {
  private record Part(String text, boolean isGroup) {}

  private final List<Part> parts = new ArrayList<>();

  Template(String text) {
    StringBuilder literal = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int end = c == '$' ? groupEnd(text, i + 1) : i;
      if (c == '$' && i + 1 < text.length() && text.charAt(i + 1) == '$') {
        literal.append('$');
        i += 2;
      } else if (end > i + 1) {
        parts.add(new Part(literal.toString(), false));
        literal.setLength(0);
        boolean braces = text.charAt(i + 1) == '{';
        parts.add(
            new Part(braces ? text.substring(i + 2, end - 1) : text.substring(i + 1, end), true));
        i = end;
      } else {
        literal.append(c);
        i++;
      }
    }
    parts.add(new Part(literal.toString(), false));
  }

  /**
   * {@return the end of the group's name that starts behind a dollar sign; from if there is none}
   */
  private static int groupEnd(String text, int from) {
    if (from < text.length() && text.charAt(from) == '{') {
      int close = from + 1;
      while (close < text.length() && isWord(text.charAt(close))) {
        close++;
      }
      boolean closed = close > from + 1 && close < text.length() && text.charAt(close) == '}';
      return closed ? close + 1 : from;
    }
    int end = from;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  String expand(RegexMatch match) {
    if (parts.size() == 1) {
      return parts.getFirst().text();
    }
    StringBuilder expanded = new StringBuilder();
    for (Part part : parts) {
      expanded.append(part.isGroup() ? match.group(part.text()) : part.text());
    }
    return expanded.toString();
  }
}

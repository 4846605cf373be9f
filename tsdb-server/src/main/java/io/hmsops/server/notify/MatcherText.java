package io.hmsops.server.notify;

import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/** Reads matchers as {@code alertmanager.yml} writes them: {@code a="b", c=~d}. */
final class MatcherText {
  private static final String RESERVED = "{}!=~,\\\"'`";

  private final String text;
  private int position;

  private MatcherText(String text) {
    this.text = text;
  }

  static List<LabelMatcher> parse(String text) {
    return new MatcherText(text.strip()).matchers();
  }

  private List<LabelMatcher> matchers() {
    boolean braces = text.startsWith("{");
    if (braces && !text.endsWith("}")) {
      throw error("a closing brace at the end");
    }
    position = braces ? 1 : 0;
    int end = braces ? text.length() - 1 : text.length();
    List<LabelMatcher> matchers = new ArrayList<>();
    skipSpace();
    while (position < end) {
      String name = token();
      LabelMatcher.Type type = operator();
      String value = token();
      matchers.add(LabelMatcher.of(type, name, value));
      skipSpace();
      if (position < end) {
        if (text.charAt(position) != ',') {
          throw error("a comma");
        }
        position++;
        skipSpace();
      }
    }
    return matchers;
  }

  private LabelMatcher.Type operator() {
    skipSpace();
    for (LabelMatcher.Type type :
        List.of(
            LabelMatcher.Type.REGEX,
            LabelMatcher.Type.NOT_REGEX,
            LabelMatcher.Type.NOT_EQUAL,
            LabelMatcher.Type.EQUAL)) {
      if (text.startsWith(type.symbol(), position)) {
        position += type.symbol().length();
        return type;
      }
    }
    throw error("one of = != =~ !~");
  }

  private String token() {
    skipSpace();
    if (position < text.length() && text.charAt(position) == '"') {
      return quoted();
    }
    int start = position;
    while (position < text.length()
        && !Character.isWhitespace(text.charAt(position))
        && RESERVED.indexOf(text.charAt(position)) < 0) {
      position++;
    }
    if (position == start) {
      throw error("a name or value");
    }
    return text.substring(start, position);
  }

  private String quoted() {
    StringBuilder value = new StringBuilder();
    position++;
    while (position < text.length() && text.charAt(position) != '"') {
      char c = text.charAt(position++);
      if (c != '\\') {
        value.append(c);
        continue;
      }
      char escaped = position < text.length() ? text.charAt(position++) : ' ';
      int index = "\\\"nt".indexOf(escaped);
      if (index < 0) {
        throw error("one of the escapes \\\\ \\\" \\n \\t");
      }
      value.append("\\\"\n\t".charAt(index));
    }
    if (position >= text.length()) {
      throw error("a closing quote");
    }
    position++;
    return value.toString();
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private IllegalArgumentException error(String expected) {
    return new IllegalArgumentException(
        "bad matcher format: %s: at %d (expected: %s)".formatted(text, position + 1, expected));
  }
}

package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads JSON as {@code meta.json} has it: objects are maps, arrays lists, texts strings, whole
 * numbers longs; everything else is its own text. Not thread-safe.
 */
final class MetaJson {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int position;
  private int depth;

  private MetaJson(String text) {
    this.text = text;
  }

  static Map<?, ?> object(String text) throws MalformedDataException {
    MetaJson reader = new MetaJson(text);
    Object value = reader.value();
    reader.space();
    if (reader.position < text.length() || !(value instanceof Map<?, ?> map)) {
      throw reader.unexpected("one object");
    }
    return map;
  }

  /**
   * {@return the whole number of a name}
   *
   * @param object an object
   * @param name the name
   * @throws MalformedDataException if there is none
   */
  static long number(Map<?, ?> object, String name) throws MalformedDataException {
    Object found = object.get(name);
    if (found instanceof Long number) {
      return number;
    }
    throw new MalformedDataException("%s: %s (expected: a whole number)".formatted(name, found));
  }

  /**
   * {@return the texts of a list within an object within an object, none if something is missing}
   */
  static List<String> texts(Map<?, ?> object, String outer, String name) {
    if (object.get(outer) instanceof Map<?, ?> inner && inner.get(name) instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return List.of();
  }

  private MalformedDataException unexpected(String expected) {
    String found =
        Optional.of(position)
            .filter(p -> p < text.length())
            .map(p -> "'" + text.charAt(p) + "'")
            .orElse("the end");
    return new MalformedDataException(
        "%s at character %d (expected: %s)".formatted(found, position, expected));
  }

  private void space() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private boolean takes(char c) {
    space();
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private void expect(char c) throws MalformedDataException {
    if (!takes(c)) {
      throw unexpected("'" + c + "'");
    }
  }

  private Object value() throws MalformedDataException {
    if (++depth > MAX_DEPTH) {
      throw unexpected("at most %d levels".formatted(MAX_DEPTH));
    }
    space();
    Object value;
    if (takes('{')) {
      value = members();
    } else if (takes('[')) {
      value = elements();
    } else if (position < text.length() && text.charAt(position) == '"') {
      value = string();
    } else {
      value = word();
    }
    depth--;
    return value;
  }

  private Map<String, Object> members() throws MalformedDataException {
    Map<String, Object> members = new LinkedHashMap<>();
    if (takes('}')) {
      return members;
    }
    do {
      space();
      String name = string();
      expect(':');
      members.put(name, value());
    } while (takes(','));
    expect('}');
    return members;
  }

  private List<Object> elements() throws MalformedDataException {
    List<Object> elements = new ArrayList<>();
    if (takes(']')) {
      return elements;
    }
    do {
      elements.add(value());
    } while (takes(','));
    expect(']');
    return elements;
  }

  private String string() throws MalformedDataException {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == '"') {
        return string.toString();
      }
      // Names and ids have no escapes; of what has, only the end must be found.
      if (c == '\\' && position < text.length()) {
        string.append(c).append(text.charAt(position++));
      } else {
        string.append(c);
      }
    }
    throw unexpected("'\"'");
  }

  private Object word() throws MalformedDataException {
    int start = position;
    while (position < text.length()
        && (Character.isLetterOrDigit(text.charAt(position))
            || "+-.".indexOf(text.charAt(position)) >= 0)) {
      position++;
    }
    if (position == start) {
      throw unexpected("a value");
    }
    String word = text.substring(start, position);
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException _) {
      return word;
    }
  }
}

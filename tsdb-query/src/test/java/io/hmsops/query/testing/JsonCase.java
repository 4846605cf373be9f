package io.hmsops.query.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One object of a JSON file.
 *
 * @param members its members: maps, lists, strings, doubles, booleans and nulls
 */
public record JsonCase(Map<String, @Nullable Object> members) {
  /**
   * {@return the objects of a file's {@code cases}}
   *
   * @param file the file
   */
  public static List<JsonCase> cases(Path file) {
    try (JsonParser parser =
        JsonFactory.builder().build().createParser(ObjectReadContext.empty(), file)) {
      parser.nextToken();
      return new JsonCase(object(parser)).objects("cases");
    }
  }

  /**
   * {@return the object that a text is}
   *
   * @param json the text
   */
  public static JsonCase of(String json) {
    try (JsonParser parser =
        JsonFactory.builder().build().createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      return new JsonCase(object(parser));
    }
  }

  /** {@return whether there is such a member} */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /** {@return a member} */
  public Object get(String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  /** {@return a text} */
  public String text(String name) {
    return (String) get(name);
  }

  /** {@return a number} */
  public int number(String name) {
    return ((Double) get(name)).intValue();
  }

  /** {@return an array} */
  @SuppressWarnings("unchecked")
  public List<@Nullable Object> list(String name) {
    return (List<@Nullable Object>) get(name);
  }

  /** {@return a nested object} */
  @SuppressWarnings("unchecked")
  public JsonCase object(String name) {
    return new JsonCase((Map<String, @Nullable Object>) get(name));
  }

  /** {@return an array of objects} */
  @SuppressWarnings("unchecked")
  public List<JsonCase> objects(String name) {
    return list(name).stream()
        .map(o -> new JsonCase((Map<String, @Nullable Object>) Objects.requireNonNull(o)))
        .toList();
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, value(parser));
    }
    return object;
  }

  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getDoubleValue();
    };
  }
}

package io.hmsops.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Named nodes, in the order of the document. A field that is there without a value counts as absent
 * for the accessors with a default.
 */
public final class YamlMapping extends YamlNode {
  private final Map<String, YamlNode> fields;
  private final Map<String, YamlScalar> keys;

  /** Both maps have the same names; {@code keys} holds the places of the names themselves. */
  YamlMapping(
      String file,
      int line,
      int column,
      Map<String, YamlNode> fields,
      Map<String, YamlScalar> keys) {
    super(file, line, column);
    this.fields = fields;
    this.keys = keys;
  }

  /** {@return the names, in the order of the document} */
  public Set<String> names() {
    return fields.keySet();
  }

  /**
   * {@return whether a field stands there, with or without a value}
   *
   * @param name the field's name
   */
  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /**
   * {@return a field's node, null if the field is absent or has no value}
   *
   * @param name the field's name
   */
  public @Nullable YamlNode get(String name) {
    YamlNode node = fields.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** {@return a field's node, also one without a value} */
  YamlNode field(String name) {
    return Objects.requireNonNull(fields.get(name), name);
  }

  /**
   * {@return the place of a field's name, for messages about the field; this mapping's if the field
   * is absent}
   *
   * @param name the field's name
   */
  public YamlNode key(String name) {
    YamlScalar key = keys.get(name);
    return key == null ? this : key;
  }

  /**
   * {@return a field's node}
   *
   * @param name the field's name
   * @throws ConfigException if it is absent or has no value
   */
  public YamlNode required(String name) throws ConfigException {
    YamlNode node = get(name);
    if (node == null) {
      throw error("found no \"%s\", expected that field".formatted(name));
    }
    return node;
  }

  /**
   * Fails at the first field that is not known.
   *
   * @param type what this mapping is, for the message
   * @param known the names of all fields
   * @throws ConfigException if there is another field
   */
  public void rejectUnknown(String type, Set<String> known) throws ConfigException {
    for (String name : fields.keySet()) {
      if (!known.contains(name)) {
        throw key(name).error("field %s not found in type %s".formatted(name, type));
      }
    }
  }

  /**
   * {@return a field's text}
   *
   * @param name the field's name
   * @param absent the answer if it is absent
   * @throws ConfigException if it is not a scalar
   */
  public String text(String name, String absent) throws ConfigException {
    YamlNode node = get(name);
    return node == null ? absent : node.asText();
  }

  /**
   * {@return a field's boolean}
   *
   * @param name the field's name
   * @param absent the answer if it is absent
   * @throws ConfigException if it is something else
   */
  public boolean bool(String name, boolean absent) throws ConfigException {
    YamlNode node = get(name);
    return node == null ? absent : node.asBoolean();
  }

  /**
   * {@return a field's whole number}
   *
   * @param name the field's name
   * @param absent the answer if it is absent
   * @throws ConfigException if it is something else
   */
  public long integer(String name, long absent) throws ConfigException {
    YamlNode node = get(name);
    return node == null ? absent : node.asLong();
  }

  /**
   * {@return a field's number}
   *
   * @param name the field's name
   * @param absent the answer if it is absent
   * @throws ConfigException if it is something else
   */
  public double number(String name, double absent) throws ConfigException {
    YamlNode node = get(name);
    return node == null ? absent : node.asDouble();
  }

  /**
   * {@return a field's duration in milliseconds}
   *
   * @param name the field's name
   * @param absentMs the answer if it is absent
   * @throws ConfigException if it is something else
   */
  public long durationMs(String name, long absentMs) throws ConfigException {
    YamlNode node = get(name);
    return node == null ? absentMs : node.asDurationMs();
  }

  /**
   * {@return a field's list, empty if it is absent}
   *
   * @param name the field's name
   * @throws ConfigException if it is something else
   */
  public List<YamlNode> list(String name) throws ConfigException {
    YamlNode node = get(name);
    return node == null ? List.of() : node.asSequence().items();
  }

  /**
   * {@return a field's list of texts, empty if it is absent}
   *
   * @param name the field's name
   * @throws ConfigException if it is something else
   */
  public List<String> texts(String name) throws ConfigException {
    YamlNode node = get(name);
    return node == null ? List.of() : node.asSequence().texts();
  }

  /**
   * {@return this mapping as texts, in the order of the document}
   *
   * @throws ConfigException if a value is not a scalar
   */
  public Map<String, String> asTexts() throws ConfigException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, YamlNode> field : fields.entrySet()) {
      texts.put(field.getKey(), field.getValue().asText());
    }
    return texts;
  }

  @Override
  public YamlMapping asMapping() {
    return this;
  }

  @Override
  String describe() {
    return "a mapping";
  }
}

package io.hmsops.server.config;

/**
 * A node of a YAML document, with its place. The typed accessors fail with that place, with what
 * was found and what was expected. Immutable.
 */
public abstract sealed class YamlNode permits YamlMapping, YamlSequence, YamlScalar {
  private final String file;
  private final int line;
  private final int column;

  YamlNode(String file, int line, int column) {
    this.file = file;
    this.line = line;
    this.column = column;
  }

  /** {@return the file, as the user named it} */
  public final String file() {
    return file;
  }

  /** {@return the line, from 1} */
  public final int line() {
    return line;
  }

  /** {@return the column, from 1} */
  public final int column() {
    return column;
  }

  /** {@return {@code file:line:column}} */
  public final String place() {
    return "%s:%d:%d".formatted(file, line, column);
  }

  /** {@return whether nothing stands here, or a YAML null} */
  public boolean isNull() {
    return false;
  }

  /** {@return what stands here, for messages} */
  abstract String describe();

  /**
   * {@return an exception about this node; the caller throws it}
   *
   * @param problem what was found and what was expected
   */
  public final ConfigException error(String problem) {
    return new ConfigException(file, line, column, problem);
  }

  final ConfigException expected(String what) {
    return error("found %s, expected %s".formatted(describe(), what));
  }

  /**
   * {@return this mapping; an empty one if nothing stands here}
   *
   * @throws ConfigException if it is something else
   */
  public YamlMapping asMapping() throws ConfigException {
    throw expected("a mapping");
  }

  /**
   * {@return this sequence; an empty one if nothing stands here}
   *
   * @throws ConfigException if it is something else
   */
  public YamlSequence asSequence() throws ConfigException {
    throw expected("a list");
  }

  /**
   * {@return the scalar's text, whatever its type; empty if nothing stands here}
   *
   * @throws ConfigException if it is not a scalar
   */
  public String asText() throws ConfigException {
    throw expected("a text");
  }

  /**
   * {@return the boolean}
   *
   * @throws ConfigException if it is something else
   */
  public boolean asBoolean() throws ConfigException {
    throw expected("true or false");
  }

  /**
   * {@return the whole number}
   *
   * @throws ConfigException if it is something else
   */
  public long asLong() throws ConfigException {
    throw expected("a whole number");
  }

  /**
   * {@return the number}
   *
   * @throws ConfigException if it is something else
   */
  public double asDouble() throws ConfigException {
    throw expected("a number");
  }

  /**
   * {@return the duration in milliseconds}
   *
   * @throws ConfigException if it is something else
   */
  public long asDurationMs() throws ConfigException {
    throw expected("a duration such as 30s");
  }

  /** {@return the text of a scalar, and an empty one for all else} */
  String asTextIfScalar() {
    return "";
  }
}

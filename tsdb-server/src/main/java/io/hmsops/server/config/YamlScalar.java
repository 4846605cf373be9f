package io.hmsops.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A text, number, boolean or null. */
public final class YamlScalar extends YamlNode {
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "n");

  private final String text;
  private final boolean isNull;

  YamlScalar(String file, int line, int column, String text, boolean isNull) {
    super(file, line, column);
    this.text = text;
    this.isNull = isNull;
  }

  @Override
  public boolean isNull() {
    return isNull;
  }

  @Override
  String describe() {
    return isNull ? "nothing" : "\"%s\"".formatted(text);
  }

  @Override
  public YamlMapping asMapping() throws ConfigException {
    return isNull
        ? new YamlMapping(file(), line(), column(), Map.of(), Map.of())
        : super.asMapping();
  }

  @Override
  public YamlSequence asSequence() throws ConfigException {
    return isNull ? new YamlSequence(file(), line(), column(), List.of()) : super.asSequence();
  }

  @Override
  public String asText() {
    return isNull ? "" : text;
  }

  @Override
  public boolean asBoolean() throws ConfigException {
    String lower = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower)) {
      return true;
    }
    return FALSE.contains(lower) ? false : super.asBoolean();
  }

  @Override
  public long asLong() throws ConfigException {
    try {
      return Long.parseLong(text.replace("_", ""));
    } catch (NumberFormatException notOne) {
      return super.asLong();
    }
  }

  @Override
  public double asDouble() throws ConfigException {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException notOne) {
      return super.asDouble();
    }
  }

  @Override
  public long asDurationMs() throws ConfigException {
    try {
      return Durations.parseMs(asText());
    } catch (IllegalArgumentException notOne) {
      throw error("%s (expected: a duration such as 30s)".formatted(notOne.getMessage()));
    }
  }

  @Override
  String asTextIfScalar() {
    return asText();
  }
}

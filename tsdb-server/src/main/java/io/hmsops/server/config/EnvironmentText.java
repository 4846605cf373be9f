package io.hmsops.server.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code $NAME} and <code>${NAME}</code> in texts; {@code $$} is one dollar sign. */
final class EnvironmentText {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:(\\$)|\\{([^}]*)\\}|([A-Za-z0-9_]+))");

  private EnvironmentText() {}

  static String expand(String text, Map<String, String> environment) {
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder expanded = new StringBuilder();
    int end = 0;
    while (matcher.find()) {
      expanded.append(text, end, matcher.start());
      if (matcher.group(1) != null) {
        expanded.append('$');
      } else {
        String name = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
        expanded.append(environment.getOrDefault(name, ""));
      }
      end = matcher.end();
    }
    return expanded.append(text, end, text.length()).toString();
  }
}

package io.hmsops.query.print;

import java.util.List;
import java.util.stream.Collectors;

/** Label names and texts as they are written in a query. */
final class Names {
  private Names() {}

  /** Names outside the classic alphabet are quoted. */
  static String label(String name) {
    return name.matches("[a-zA-Z_][a-zA-Z0-9_]*") ? name : quote(name);
  }

  static String list(List<String> names) {
    return names.stream().map(Names::label).collect(Collectors.joining(", ", "(", ")"));
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> append(quoted, c));
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, int c) {
    switch (c) {
      case '"' -> quoted.append("\\\"");
      case '\\' -> quoted.append("\\\\");
      case '\n' -> quoted.append("\\n");
      case '\t' -> quoted.append("\\t");
      case '\r' -> quoted.append("\\r");
      case 0x07 -> quoted.append("\\a");
      case '\b' -> quoted.append("\\b");
      case '\f' -> quoted.append("\\f");
      case 0x0b -> quoted.append("\\v");
      // Would be refused inside a string when read back.
      case 0xfffd -> quoted.append("\\ufffd");
      default -> {
        if (c < 0x20 || c == 0x7f) {
          quoted.append("\\x%02x".formatted(c));
        } else {
          quoted.appendCodePoint(c);
        }
      }
    }
  }
}

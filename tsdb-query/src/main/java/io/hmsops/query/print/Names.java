package io.hmsops.query.print;

import io.hmsops.query.function.GoText;
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
    // Would be refused inside a string when read back.
    return GoText.quote(text).replace("\ufffd", "\\ufffd");
  }
}

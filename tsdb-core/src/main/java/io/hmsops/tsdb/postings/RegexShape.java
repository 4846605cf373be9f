package io.hmsops.tsdb.postings;

import java.util.List;
import java.util.Optional;

/** Regular expressions that need no regular expression engine. */
final class RegexShape {
  private static final String META = ".^$*+?()[]{}\\|";

  private RegexShape() {}

  /**
   * {@return the texts that are all an expression matches: {@code a}, {@code a|b}, {@code (a|b)}}
   */
  static Optional<List<String>> literals(String regex) {
    String inner =
        regex.startsWith("(") && regex.endsWith(")")
            ? regex.substring(1, regex.length() - 1)
            : regex;
    List<String> alternatives = List.of(inner.split("\\|", -1));
    return alternatives.stream().allMatch(RegexShape::isLiteral)
        ? Optional.of(alternatives)
        : Optional.empty();
  }

  /** {@return the text that every match begins with, often empty} */
  static String prefix(String regex) {
    int length = 0;
    while (length < regex.length() && META.indexOf(regex.charAt(length)) < 0) {
      length++;
    }
    if (regex.indexOf('|') >= 0) {
      return "";
    }
    // What is repeated may be absent: its last character, surrogate pairs included, is not sure.
    boolean repeated = length < regex.length() && "*?{".indexOf(regex.charAt(length)) >= 0;
    return repeated && length > 0
        ? regex.substring(0, regex.offsetByCodePoints(length, -1))
        : regex.substring(0, length);
  }

  private static boolean isLiteral(String text) {
    return text.chars().allMatch(c -> META.indexOf(c) < 0);
  }
}

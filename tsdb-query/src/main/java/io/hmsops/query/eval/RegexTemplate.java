package io.hmsops.query.eval;

import com.google.re2j.Matcher;

/**
 * Fills groups of a match into a text: {@code $1}, {@code ${1}}, {@code $name}, {@code ${name}},
 * {@code $$}. Unknown groups are empty; {@code $1x} is the group named {@code 1x}.
 */
final class RegexTemplate {
  private RegexTemplate() {}

  static String expand(String template, Matcher matcher) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '$' || at + 1 == template.length()) {
        text.append(c);
        at++;
      } else if (template.charAt(at + 1) == '$') {
        text.append('$');
        at += 2;
      } else {
        at = expandGroup(template, at, matcher, text);
      }
    }
    return text.toString();
  }

  /** {@return the index behind the group's name} */
  private static int expandGroup(String template, int dollar, Matcher matcher, StringBuilder text) {
    boolean braced = template.charAt(dollar + 1) == '{';
    int start = dollar + (braced ? 2 : 1);
    int end = start;
    while (end < template.length() && isNamePart(template.charAt(end))) {
      end++;
    }
    boolean closed = !braced || (end < template.length() && template.charAt(end) == '}');
    if (end == start || !closed) {
      // Not a group: the dollar stands for itself.
      text.append('$');
      return dollar + 1;
    }
    text.append(group(matcher, template.substring(start, end)));
    return braced ? end + 1 : end;
  }

  private static boolean isNamePart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static String group(Matcher matcher, String name) {
    String value;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 9) {
      int number = Integer.parseInt(name);
      value = number <= matcher.groupCount() ? matcher.group(number) : null;
    } else {
      value = matcher.pattern().namedGroups().containsKey(name) ? matcher.group(name) : null;
    }
    return value == null ? "" : value;
  }
}

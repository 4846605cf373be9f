package io.hmsops.tsdb.regex;

import com.google.re2j.Matcher;

/** The groups of one match. Valid until the text is searched on; not thread-safe. */
public final class RegexMatch {
  private final Matcher matcher;

  RegexMatch(Matcher matcher) {
    this.matcher = matcher;
  }

  /**
   * {@return a template with the groups filled in}
   *
   * <p>{@code $1}, <code>${1}</code>, {@code $name} and <code>${name}</code> stand for groups,
   * {@code $$} for a dollar sign. A group that is not there is empty; as many word characters as
   * possible belong to a name, so {@code $1x} is the group {@code 1x}. Any other dollar sign stands
   * for itself.
   *
   * @param template the template
   */
  public String expand(String template) {
    if (template.indexOf('$') < 0) {
      return template;
    }
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
        at = expandGroup(template, at, text);
      }
    }
    return text.toString();
  }

  /** {@return the index behind the group's name} */
  private int expandGroup(String template, int dollar, StringBuilder text) {
    boolean braced = template.charAt(dollar + 1) == '{';
    int start = dollar + (braced ? 2 : 1);
    int end = start;
    while (end < template.length()) {
      int codePoint = template.codePointAt(end);
      if (codePoint != '_' && !Character.isLetterOrDigit(codePoint)) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    boolean closed = !braced || (end < template.length() && template.charAt(end) == '}');
    if (end == start || !closed) {
      text.append('$');
      return dollar + 1;
    }
    text.append(group(template.substring(start, end)));
    return braced ? end + 1 : end;
  }

  /**
   * {@return what a group took, empty if it took nothing or there is no such group}
   *
   * @param name its name, or its number in decimal digits; 0 is the whole match
   */
  public String group(String name) {
    String value;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // More than nine digits are no group of anybody's.
      int number = name.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(name);
      value = number <= matcher.groupCount() ? matcher.group(number) : null;
    } else {
      value = matcher.pattern().namedGroups().containsKey(name) ? matcher.group(name) : null;
    }
    return value == null ? "" : value;
  }
}

package io.hmsops.tsdb.regex;

/** A text is not a regular expression, or one beyond the limits. */
public final class RegexSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, and the part of the expression that is. */
  private final String description;

  RegexSyntaxException(String description, String part) {
    this(description, part, null);
  }

  RegexSyntaxException(
      String description, String part, @org.jspecify.annotations.Nullable Throwable cause) {
    super("error parsing regexp: %s: `%s`".formatted(description, part), cause);
    this.description = description;
  }

  /** {@return what is wrong, without the part of the expression that is} */
  public String description() {
    return description;
  }
}

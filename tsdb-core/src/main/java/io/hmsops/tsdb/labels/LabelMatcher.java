package io.hmsops.tsdb.labels;

import io.hmsops.tsdb.regex.TextPattern;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one label. An absent label has the empty value. Regular expressions have RE2
 * syntax, match the whole value, and their {@code .} matches a line break. Immutable and
 * thread-safe.
 */
public final class LabelMatcher {
  /** How a matcher compares. */
  public enum Type {
    /** Equal to the value. */
    EQUAL("="),
    /** Not equal to the value. */
    NOT_EQUAL("!="),
    /** Matched by the regular expression. */
    REGEX("=~"),
    /** Not matched by the regular expression. */
    NOT_REGEX("!~");

    private final String symbol;

    Type(String symbol) {
      this.symbol = symbol;
    }

    /** {@return the operator as it is written in a selector} */
    public String symbol() {
      return symbol;
    }
  }

  private final Type type;
  private final String name;
  private final String value;
  private final @Nullable TextPattern pattern;

  private LabelMatcher(Type type, String name, String value, @Nullable TextPattern pattern) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.pattern = pattern;
  }

  /**
   * {@return a matcher}
   *
   * @param type how to compare
   * @param name the label's name
   * @param value the value or regular expression to compare with
   * @throws IllegalArgumentException if the regular expression is not valid RE2; the message is
   *     RE2's own
   */
  public static LabelMatcher of(Type type, String name, String value) {
    if (type == Type.EQUAL || type == Type.NOT_EQUAL) {
      return new LabelMatcher(type, name, value, null);
    }
    return new LabelMatcher(type, name, value, TextPattern.compile(value));
  }

  /**
   * {@return a matcher for one value}
   *
   * @param name the label's name
   * @param value the value it must have
   */
  public static LabelMatcher equal(String name, String value) {
    return of(Type.EQUAL, name, value);
  }

  /**
   * {@return this matcher for one search through many values, which asks whether to go on}
   *
   * @param check as {@link TextPattern#asking} takes it
   */
  public LabelMatcher asking(Runnable check) {
    return pattern == null ? this : new LabelMatcher(type, name, value, pattern.asking(check));
  }

  /** {@return how this compares} */
  public Type type() {
    return type;
  }

  /** {@return the label's name} */
  public String name() {
    return name;
  }

  /** {@return the value or regular expression as it was given} */
  public String value() {
    return value;
  }

  /** {@return whether this wants a regular expression to match or not to match} */
  public boolean isRegex() {
    return pattern != null;
  }

  /** {@return the regular expression that is wanted to match or not to match, if this has one} */
  public Optional<TextPattern> pattern() {
    return Optional.ofNullable(pattern);
  }

  /**
   * {@return whether a value passes}
   *
   * @param candidate the label's value, empty if the label is absent
   */
  public boolean matches(String candidate) {
    return switch (type) {
      case EQUAL -> value.equals(candidate);
      case NOT_EQUAL -> !value.equals(candidate);
      case REGEX -> Objects.requireNonNull(pattern).matches(candidate);
      case NOT_REGEX -> !Objects.requireNonNull(pattern).matches(candidate);
    };
  }

  /**
   * {@return whether a label set passes}
   *
   * @param labels the label set
   */
  public boolean matches(Labels labels) {
    return matches(labels.get(name));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelMatcher matcher
        && type == matcher.type
        && name.equals(matcher.name)
        && value.equals(matcher.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, name, value);
  }

  /** {@return the matcher as in a selector, {@code job=~"a.*"}} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    QuotedText.appendName(text, name).append(type.symbol());
    return QuotedText.append(text, value).toString();
  }
}

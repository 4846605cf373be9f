package io.hmsops.tsdb.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression in RE2 syntax. Whatever a user writes as one is compiled here, behind the
 * limits of {@link ExpressionLimits}: time to match is linear in the text's length, memory and
 * stack are bounded. Immutable for its users and thread-safe.
 */
public final class Regex {
  /** RE2/J adds this to the pattern for the flag, and shows it in its errors. */
  private static final String DOT_ALL_PREFIX = "(?s)";

  /** What RE2/J says of a ) that closes nothing. */
  private static final String STACK_UNDERFLOW = "stack underflow";

  /** Expressions above are compiled one at a time: each may need tens of megabytes meanwhile. */
  private static final int LARGE_SIZE = 20_000;

  private static final Object ONE_LARGE_AT_A_TIME = new Object();

  private final Pattern pattern;

  /** Matching overflowed a stack once, and is done on a deep one from then on. */
  private volatile boolean deep;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * {@return the compiled expression}
   *
   * @param regex an expression in RE2 syntax; {@code .} takes no line breaks
   * @throws RegexSyntaxException if it is not one, or exceeds a limit
   */
  public static Regex compile(String regex) {
    return compile(regex, 0);
  }

  /**
   * {@return the compiled expression}
   *
   * @param regex an expression in RE2 syntax; {@code .} takes line breaks
   * @throws RegexSyntaxException if it is not one, or exceeds a limit
   */
  public static Regex compileDotAll(String regex) {
    return compile(regex, Pattern.DOTALL);
  }

  private static Regex compile(String regex, int flags) {
    if (ExpressionLimits.check(regex) <= LARGE_SIZE) {
      return new Regex(compileOnAnyStack(regex, flags));
    }
    synchronized (ONE_LARGE_AT_A_TIME) {
      return new Regex(compileOnAnyStack(regex, flags));
    }
  }

  private static Pattern compileOnAnyStack(String regex, int flags) {
    try {
      return orDeep(() -> Pattern.compile(regex, flags));
    } catch (PatternSyntaxException e) {
      String part = e.getPattern();
      if (part.equals(STACK_UNDERFLOW)) {
        throw new RegexSyntaxException("unexpected )", regex, e);
      }
      boolean whole = flags != 0 && part.equals(DOT_ALL_PREFIX + regex);
      throw new RegexSyntaxException(e.getDescription(), whole ? regex : part, e);
    }
  }

  private static <T> T orDeep(Supplier<T> task) {
    try {
      return task.get();
    } catch (StackOverflowError e) {
      return DeepStack.call(task);
    }
  }

  private <T> T match(Supplier<T> task) {
    if (deep) {
      return DeepStack.call(task);
    }
    try {
      return task.get();
    } catch (StackOverflowError e) {
      deep = true;
      return DeepStack.call(task);
    }
  }

  /**
   * {@return whether the whole of a text matches}
   *
   * @param text the text
   */
  public boolean matches(String text) {
    return match(() -> pattern.matches(text));
  }

  /**
   * {@return whether any part of a text matches}
   *
   * @param text the text
   */
  public boolean contains(String text) {
    return match(() -> pattern.matcher(text).find());
  }

  /**
   * {@return the groups if the whole of a text matches, otherwise null}
   *
   * @param text the text
   */
  public @Nullable RegexMatch match(String text) {
    Matcher matcher = pattern.matcher(text);
    if (!match(matcher::matches)) {
      return null;
    }
    // Where the groups are is only worked out when the first is asked for.
    match(() -> matcher.start(0));
    return new RegexMatch(matcher);
  }

  /**
   * {@return a text with each match replaced} An empty match right behind another is none.
   *
   * @param text the text
   * @param template what stands for a match, as {@link RegexMatch#expand} takes it
   */
  public String replaceAll(String text, String template) {
    Matcher matcher = pattern.matcher(text);
    RegexMatch groups = new RegexMatch(matcher);
    StringBuilder replaced = new StringBuilder();
    int copied = 0;
    int from = 0;
    while (from <= text.length() && findFrom(matcher, from)) {
      int start = matcher.start();
      int end = matcher.end();
      replaced.append(text, copied, start);
      if (end > copied || start == 0) {
        replaced.append(groups.expand(template));
      }
      copied = end;
      int next = from == text.length() ? from + 1 : text.offsetByCodePoints(from, 1);
      from = Math.max(next, end);
    }
    return replaced.append(text, copied, text.length()).toString();
  }

  private boolean findFrom(Matcher matcher, int from) {
    return match(() -> matcher.find(from) && matcher.start(0) >= 0);
  }

  /** {@return the number of instructions that the expression came to} */
  int programSize() {
    return pattern.programSize();
  }

  /** {@return the expression as it was given} */
  @Override
  public String toString() {
    return pattern.pattern();
  }
}

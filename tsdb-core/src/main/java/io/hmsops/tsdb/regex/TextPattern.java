package io.hmsops.tsdb.regex;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that is asked whether it matches whole texts. RE2 syntax; {@code .} takes
 * line breaks. Texts are valid UTF-8. Time is linear in a text's length whatever the expression.
 * Immutable for its users and thread-safe.
 */
public final class TextPattern {
  /** Texts that an automaton takes in some ten microseconds. */
  private static final int CHECK_INTERVAL = 256;

  private final String regex;
  private final @Nullable RegexNode node;
  private final Set<String> alternatives;
  private final @Nullable RequiredTexts required;

  /** Made when it is first needed; two threads may each make one. */
  private volatile @Nullable LazyAutomaton automaton;

  /**
   * Likewise, if the expression is taken here: its program may be the largest part of a pattern.
   */
  private volatile @Nullable Regex oracle;

  private volatile boolean leftToOracle;

  /** What is asked whether to go on, and the pattern that does the work; of an asking view only. */
  private final @Nullable Runnable check;

  private final @Nullable TextPattern asked;

  /** Texts seen since the check was last asked. A race loses counts, no more. */
  private int unchecked;

  private TextPattern(TextPattern asked, Runnable check) {
    this.regex = asked.regex;
    this.node = asked.node;
    this.alternatives = asked.alternatives;
    this.required = asked.required;
    this.check = check;
    this.asked = asked;
  }

  private TextPattern(String regex, @Nullable Regex oracle, @Nullable RegexNode node) {
    this.regex = regex;
    this.oracle = oracle;
    this.node = node;
    this.alternatives =
        node == null ? Set.of() : Collections.unmodifiableSet(Alternatives.of(node));
    this.required = node == null ? null : RequiredTexts.of(node);
    this.leftToOracle = node == null;
    this.check = null;
    this.asked = null;
  }

  /**
   * {@return this pattern for one search through many texts: it asks whether to go on, before each
   * text that RE2/J is asked about, and every {@value #CHECK_INTERVAL} others}
   *
   * @param newCheck returns if the search may go on, and throws something unchecked if it may not
   */
  public TextPattern asking(Runnable newCheck) {
    return new TextPattern(asked == null ? this : asked, newCheck);
  }

  private void ask(Runnable whether, TextPattern worker) {
    if (worker.leftToOracle || ++unchecked >= CHECK_INTERVAL) {
      unchecked = 0;
      whether.run();
    }
  }

  /**
   * {@return the compiled expression}
   *
   * @param regex an expression in RE2 syntax
   * @throws RegexSyntaxException if it is not one, or exceeds a limit
   */
  public static TextPattern compile(String regex) {
    Regex oracle = Regex.compileDotAll(regex);
    try {
      return new TextPattern(regex, null, RegexNode.withoutEdges(RegexParser.parse(regex)));
    } catch (UnsupportedRegexException e) {
      return new TextPattern(regex, oracle, null);
    }
  }

  /** {@return the expression as it was given} */
  public String regex() {
    return regex;
  }

  /**
   * {@return the only texts that match, if these are few and known; otherwise nothing, although
   * something may match}
   */
  public Set<String> alternatives() {
    return alternatives;
  }

  /** {@return whether every text matches, the empty one perhaps excepted} */
  public boolean matchesAllButEmpty() {
    return RegexNode.ANYTHING.equals(node) || RegexNode.SOMETHING.equals(node);
  }

  /** {@return the UTF-8 text that every match begins with, often empty; a copy} */
  public byte[] prefix() {
    return required == null ? new byte[0] : required.prefix().clone();
  }

  /**
   * {@return bytes that every match has; the {@link #prefix}, if there is one; null if none are
   * known}
   */
  public @Nullable RequiredRun run() {
    return required == null ? null : required.firstRun();
  }

  /** Asks whether to go on, if this is a pattern for one search ({@link #asking}). */
  public void ask() {
    if (check != null) {
      check.run();
    }
  }

  /**
   * {@return whether a text matches}
   *
   * @param text the text
   */
  public boolean matches(String text) {
    if (!alternatives.isEmpty()) {
      return alternatives.contains(text);
    }
    if (check != null && asked != null) {
      ask(check, asked);
      return asked.matches(text);
    }
    if (leftToOracle) {
      return oracle().matches(text);
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return matches(utf8, 0, utf8.length);
  }

  /**
   * {@return whether a text matches}
   *
   * @param utf8 where the text is
   * @param from its first byte
   * @param to the byte behind it
   */
  public boolean matches(byte[] utf8, int from, int to) {
    if (check != null && asked != null) {
      ask(check, asked);
      return asked.matches(utf8, from, to);
    }
    RequiredTexts texts = required;
    if (texts != null) {
      if (!texts.occurIn(utf8, from, to)) {
        return false;
      }
      if (texts.areComplete()) {
        return true;
      }
    }
    if (!leftToOracle) {
      LazyAutomaton runner = automaton != null ? automaton : makeAutomaton();
      int answer = runner == null ? LazyAutomaton.UNKNOWN : runner.matches(utf8, from, to);
      if (answer != LazyAutomaton.UNKNOWN) {
        return answer == LazyAutomaton.YES;
      }
      leftToOracle = true;
    }
    return oracle().matches(new String(utf8, from, to - from, StandardCharsets.UTF_8));
  }

  private Regex oracle() {
    Regex made = oracle;
    if (made == null) {
      made = Regex.compileDotAll(regex);
      oracle = made;
    }
    return made;
  }

  private @Nullable LazyAutomaton makeAutomaton() {
    try {
      LazyAutomaton made = new LazyAutomaton(new Program(Objects.requireNonNull(node)));
      automaton = made;
      return made;
    } catch (UnsupportedRegexException e) {
      return null;
    }
  }

  /**
   * {@return whether RE2/J is asked, because the expression is not taken here or costs too much}
   */
  boolean isLeftToOracle() {
    return asked == null ? leftToOracle : asked.leftToOracle;
  }
}

package io.hmsops.tsdb.regex;

import io.hmsops.tsdb.regex.RegexNode.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every match of an expression has: a text at its beginning, further runs behind it in their
 * order, and one of a few texts at its end. For {@code .*a.*b}, {@code .*[0-9]a.*}, {@code .*(a|b)}
 * and the like this is all there is to know.
 */
final class RequiredTexts {
  /** Comparing with more endings may cost more than running the automaton. */
  private static final int MOST_ENDINGS = 8;

  private static final int LONGEST_ENDING = 256;

  private final byte[] prefix;
  private final List<RequiredRun> inner;

  /** One of these is at the end; one empty text if nothing is known of the end. */
  private final byte[][] endings;

  /** How long what comes before the ending is at least. */
  private final int length;

  private final boolean complete;

  private RequiredTexts(
      byte[] prefix, List<RequiredRun> inner, byte[][] endings, boolean complete) {
    this.prefix = prefix;
    this.inner = List.copyOf(inner);
    this.endings = endings;
    this.length = prefix.length + inner.stream().mapToInt(RequiredRun::length).sum();
    this.complete = complete;
  }

  /** {@return what a flat expression requires} */
  static RequiredTexts of(RegexNode node) {
    List<RegexNode> parts = node instanceof Sequence(var sequence) ? sequence : List.of(node);
    Tail tail = Tail.of(parts);
    // What stands right before the ending could be any text; else there is more to know.
    boolean complete = tail.from > 0 && parts.get(tail.from - 1).equals(RegexNode.ANYTHING);
    // Runs stand between gaps: the first is at the text's beginning, perhaps empty.
    List<RequiredRun> runs = new ArrayList<>();
    RequiredRun.Builder run = new RequiredRun.Builder();
    byte[] prefix = null;
    for (RegexNode part : parts.subList(0, tail.from)) {
      if (run.addCharacter(part) || (prefix != null && run.addAnyOf(part))) {
        continue;
      }
      complete &= part.equals(RegexNode.ANYTHING);
      if (prefix == null) {
        prefix = run.text();
      } else {
        complete &= run.addTo(runs);
      }
      run = new RequiredRun.Builder();
    }
    if (prefix == null) {
      prefix = run.text();
    } else {
      complete &= run.addTo(runs);
    }
    return new RequiredTexts(prefix, runs, tail.utf8(), complete);
  }

  /**
   * The last parts of an expression, and the few texts that they match.
   *
   * @param from the first of the parts
   */
  private record Tail(int from, Set<String> texts) {
    /** {@return the longest tail that is short enough, but not the whole expression} */
    static Tail of(List<RegexNode> parts) {
      Tail tail = new Tail(parts.size(), Set.of(""));
      while (tail.from > 0) {
        Set<String> longer = product(Alternatives.of(parts.get(tail.from - 1)), tail.texts);
        if (longer.isEmpty()) {
          return tail;
        }
        tail = new Tail(tail.from - 1, longer);
      }
      return new Tail(parts.size(), Set.of(""));
    }

    /** {@return all texts of two parts, none if these are too many or too long} */
    private static Set<String> product(Set<String> left, Set<String> right) {
      Set<String> texts = new LinkedHashSet<>();
      if ((long) left.size() * right.size() > MOST_ENDINGS) {
        return texts;
      }
      for (String a : left) {
        for (String b : right) {
          if (a.length() + b.length() > LONGEST_ENDING) {
            return Set.of();
          }
          texts.add(a + b);
        }
      }
      return texts;
    }

    private byte[][] utf8() {
      return texts.stream()
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toArray(byte[][]::new);
    }
  }

  /** {@return the text that every match begins with, perhaps empty} */
  byte[] prefix() {
    return prefix;
  }

  /** {@return the first run, which is the text that matches begin with, if there is one} */
  @Nullable RequiredRun firstRun() {
    if (prefix.length > 0) {
      return RequiredRun.ofText(prefix);
    }
    return inner.isEmpty() ? null : inner.getFirst();
  }

  /** {@return whether a text that has all of this matches} */
  boolean areComplete() {
    return complete;
  }

  /** {@return whether a text has all of this} */
  boolean occurIn(byte[] utf8, int from, int to) {
    if (to - from < length || !isAt(utf8, from, prefix)) {
      return false;
    }
    for (byte[] ending : endings) {
      int end = to - ending.length;
      if (end - from >= length && isAt(utf8, end, ending) && innerOccurIn(utf8, from, end)) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether the runs behind the text at the beginning occur in their order} */
  private boolean innerOccurIn(byte[] utf8, int from, int end) {
    int at = from + prefix.length;
    for (int i = 0; i < inner.size(); i++) {
      RequiredRun run = inner.get(i);
      int found = run.find(utf8, at, end);
      if (found < 0) {
        return false;
      }
      at = found + run.length();
    }
    return true;
  }

  private static boolean isAt(byte[] utf8, int from, byte[] text) {
    return text.length == 0
        || (utf8[from] == text[0]
            && Arrays.equals(utf8, from, from + text.length, text, 0, text.length));
  }
}

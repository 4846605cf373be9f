package io.hmsops.tsdb.regex;

import io.hmsops.tsdb.regex.RegexNode.Chars;
import io.hmsops.tsdb.regex.RegexNode.Sequence;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What every match of an expression has: a text at its beginning, further ones behind it in their
 * order, and one of a few at its end. For {@code .*a.*b}, {@code .*(a|b)} and the like this is all
 * there is to know.
 */
final class RequiredTexts {
  /** Comparing with more endings may cost more than running the automaton. */
  private static final int MOST_ENDINGS = 8;

  private static final int LONGEST_ENDING = 256;

  private final byte[] prefix;
  private final List<ByteSearch> inner;

  /** One of these is at the end; one empty text if nothing is known of the end. */
  private final byte[][] endings;

  /** How long what comes before the ending is at least. */
  private final int length;

  private final boolean complete;

  private RequiredTexts(List<byte[]> runs, byte[][] endings, boolean complete) {
    // Runs stand between gaps: the first is at the text's beginning, perhaps empty.
    this.prefix = runs.getFirst();
    this.endings = endings;
    List<ByteSearch> searches = new ArrayList<>();
    int total = prefix.length;
    for (int i = 1; i < runs.size(); i++) {
      if (runs.get(i).length > 0) {
        searches.add(new ByteSearch(runs.get(i)));
        total += runs.get(i).length;
      }
    }
    this.inner = List.copyOf(searches);
    this.length = total;
    this.complete = complete;
  }

  /** {@return what a flat expression requires} */
  static RequiredTexts of(RegexNode node) {
    List<RegexNode> parts = node instanceof Sequence(var sequence) ? sequence : List.of(node);
    List<byte[]> runs = new ArrayList<>();
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    Tail tail = Tail.of(parts);
    // What stands right before the ending could be any text; else there is more to know.
    boolean complete = tail.from > 0 && parts.get(tail.from - 1).equals(RegexNode.ANYTHING);
    for (RegexNode part : parts.subList(0, tail.from)) {
      if (part instanceof Chars(var set) && set.size() == 1) {
        for (int value : Utf8Ranges.encode(set.ranges().getFirst().low())) {
          run.write(value);
        }
      } else {
        complete &= part.equals(RegexNode.ANYTHING);
        runs.add(run.toByteArray());
        run.reset();
      }
    }
    runs.add(run.toByteArray());
    return new RequiredTexts(runs, tail.utf8(), complete);
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

  /** {@return whether the texts behind the one at the beginning occur in their order} */
  private boolean innerOccurIn(byte[] utf8, int from, int end) {
    int at = from + prefix.length;
    for (int i = 0; i < inner.size(); i++) {
      ByteSearch search = inner.get(i);
      int found = search.find(utf8, at, end);
      if (found < 0) {
        return false;
      }
      at = found + search.length();
    }
    return true;
  }

  private static boolean isAt(byte[] utf8, int from, byte[] text) {
    return text.length == 0
        || (utf8[from] == text[0]
            && Arrays.equals(utf8, from, from + text.length, text, 0, text.length));
  }
}

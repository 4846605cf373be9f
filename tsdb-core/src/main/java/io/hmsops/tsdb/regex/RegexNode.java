package io.hmsops.tsdb.regex;

import java.util.ArrayList;
import java.util.List;

/**
 * A regular expression. Captures and greediness are gone: they do not change which whole texts
 * match.
 */
sealed interface RegexNode {
  /** As many repetitions as there are. */
  int UNBOUNDED = -1;

  /** Matches nothing but the empty text. */
  RegexNode EMPTY = new Sequence(List.of());

  /** Matches any text, since {@code .} takes line breaks. */
  RegexNode ANYTHING = new Repeat(new Chars(CodePoints.ALL), 0, UNBOUNDED);

  /** Matches any text but the empty one. */
  RegexNode SOMETHING = new Repeat(new Chars(CodePoints.ALL), 1, UNBOUNDED);

  /** {@return an expression for the same whole texts, in one sequence, without outer edges} */
  static RegexNode withoutEdges(RegexNode node) {
    List<RegexNode> parts = new ArrayList<>();
    addParts(node, parts);
    while (!parts.isEmpty() && parts.getFirst() instanceof Begin) {
      parts.removeFirst();
    }
    while (!parts.isEmpty() && parts.getLast() instanceof End) {
      parts.removeLast();
    }
    return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
  }

  private static void addParts(RegexNode node, List<RegexNode> into) {
    if (node instanceof Sequence(var parts)) {
      parts.forEach(part -> addParts(part, into));
    } else {
      into.add(node);
    }
  }

  /** One code point of a set. */
  record Chars(CodePoints set) implements RegexNode {}

  /** One after the other. */
  record Sequence(List<RegexNode> parts) implements RegexNode {}

  /** One of several. */
  record Choice(List<RegexNode> options) implements RegexNode {}

  /**
   * The same several times.
   *
   * @param max {@link #UNBOUNDED} or at least {@code min}
   */
  record Repeat(RegexNode body, int min, int max) implements RegexNode {}

  /** The beginning of the text. */
  record Begin() implements RegexNode {}

  /** The end of the text. */
  record End() implements RegexNode {}
}

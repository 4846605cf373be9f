package io.hmsops.tsdb.regex;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Measures an expression before any of it is compiled, in one pass and without recursion. What is
 * no expression is measured as far as it goes, and left to RE2/J to refuse.
 */
final class ExpressionLimits {
  /*
   * The limits are those of RE2 as Go has it: nested repetitions that multiply to more than 1,000 are refused, and so
   * is a tree that is more than 1,000 nodes high. Go allows programs of 3.3 million instructions; here they would take
   * some 200 bytes each while they are made, so that the limit is lower.
   */

  static final int MAX_REPEAT = 1000;
  static final int MAX_HEIGHT = 1000;
  static final int MAX_SIZE = 500_000;

  /**
   * Instructions that repetitions may add to a text's own: RE2/J looks at each for each character.
   */
  static final int MAX_WRITTEN_OUT = 100_000;

  /** RE2/J takes time with the square of these: it looks for what neighbours begin with. */
  static final int MAX_OPTIONS = 8_000;

  /** A part of the tree. Size in instructions at most; product of the nested repetitions. */
  private record Part(long size, int height, long product) {
    static final Part NOTHING = new Part(0, 0, 1);
    static final Part ONE = new Part(1, 1, 1);

    Part beside(Part other) {
      return new Part(
          size + other.size, Math.max(height, other.height), Math.max(product, other.product));
    }

    Part under(int instructions) {
      return new Part(size + instructions, height + 1, product);
    }
  }

  /** What was read of one group. */
  private static final class Group {
    private final boolean captures;
    private Part options = Part.NOTHING;
    private int optionCount;

    /** How many options do not begin with a character. */
    private int openOptionCount;

    private boolean open;
    private Part sequence = Part.NOTHING;
    private int sequenceLength;

    /** What a repetition would repeat. */
    private @Nullable Part last;

    /** How many characters up to {@link #last} are one node. */
    private int run;

    Group(boolean captures) {
      this.captures = captures;
    }

    void add(Part part, boolean literal) {
      closeLast();
      run = literal ? run + 1 : 0;
      if (run <= 1) {
        sequenceLength++;
      }
      open |= sequenceLength == 1 && !literal;
      last = part;
    }

    void closeLast() {
      if (last != null) {
        sequence = sequence.beside(last);
        last = null;
      }
    }

    void closeOption() {
      closeLast();
      Part option = sequenceLength > 1 ? sequence.under(0) : sequence;
      options = options.beside(sequenceLength == 0 ? Part.ONE : option);
      optionCount++;
      openOptionCount += open ? 1 : 0;
      open = false;
      sequence = Part.NOTHING;
      sequenceLength = 0;
      run = 0;
    }

    Part close() {
      closeOption();
      Part choice = optionCount > 1 ? options.under(optionCount - 1) : options;
      return captures ? choice.under(2) : choice;
    }
  }

  private final String text;
  private final Deque<Group> outer = new ArrayDeque<>();
  private Group group = new Group(false);
  private int at;

  private ExpressionLimits(String text) {
    this.text = text;
  }

  /**
   * {@return the most instructions that an expression can come to}
   *
   * @throws RegexSyntaxException if it exceeds a limit
   */
  static long check(String regex) {
    return new ExpressionLimits(regex).measure();
  }

  private long measure() {
    while (at < text.length()) {
      step();
    }
    while (!outer.isEmpty()) {
      Part part = group.close();
      group = outer.pop();
      add(part, false);
    }
    return checked(group.close()).size;
  }

  private void step() {
    char c = text.charAt(at);
    switch (c) {
      case '(' -> open();
      case ')' -> {
        at++;
        if (!outer.isEmpty()) {
          Part part = group.close();
          group = outer.pop();
          add(part, false);
        }
      }
      case '|' -> {
        at++;
        group.closeOption();
        if (group.openOptionCount > MAX_OPTIONS) {
          throw new RegexSyntaxException("expression too large", text);
        }
      }
      case '[' -> characterClass();
      case '\\' -> escape();
      case '*', '+', '?' -> {
        at++;
        lazy();
        if (group.last != null) {
          repeat(group.last.under(c == '*' ? 2 : 1));
        }
      }
      case '{' -> braces();
      default -> {
        at++;
        add(Part.ONE, c != '.' && c != '^' && c != '$');
      }
    }
  }

  private void add(Part part, boolean literal) {
    group.add(checked(part), literal);
  }

  private Part checked(Part part) {
    if (part.height > MAX_HEIGHT) {
      throw new RegexSyntaxException("expression nests too deeply", text);
    }
    if (part.size > MAX_SIZE || part.size - text.length() > MAX_WRITTEN_OUT) {
      throw new RegexSyntaxException("expression too large", text);
    }
    return part;
  }

  private void open() {
    int flags = at + 2;
    if (!text.startsWith("(?", at) || text.startsWith("(?P<", at) || text.startsWith("(?<", at)) {
      outer.push(group);
      group = new Group(true);
      int nameEnd = text.startsWith("(?", at) ? text.indexOf('>', at) : at;
      at = nameEnd < 0 ? text.length() : nameEnd + 1;
      return;
    }
    while (flags < text.length() && text.charAt(flags) != ':' && text.charAt(flags) != ')') {
      flags++;
    }
    if (flags < text.length() && text.charAt(flags) == ':') {
      outer.push(group);
      group = new Group(false);
    }
    at = Math.min(flags + 1, text.length());
  }

  private void characterClass() {
    at++;
    if (text.startsWith("^", at)) {
      at++;
    }
    for (boolean first = true; at < text.length(); first = false) {
      int named = RegexParser.namedClassEnd(text, at);
      if (named >= 0) {
        at = named;
      } else if (text.charAt(at) == ']' && !first) {
        at++;
        break;
      } else {
        member();
        if (text.startsWith("-", at) && !text.startsWith("-]", at)) {
          // Whatever ends a range is no more than that, even a bracket.
          at++;
          member();
        }
      }
    }
    at = Math.min(at, text.length());
    add(Part.ONE, false);
  }

  private void member() {
    at += text.startsWith("\\", at) ? 2 : 1;
  }

  private void escape() {
    if (text.startsWith("\\Q", at)) {
      at += 2;
      int end = text.indexOf("\\E", at);
      for (int stop = end < 0 ? text.length() : end; at < stop; at++) {
        add(Part.ONE, true);
      }
      at = end < 0 ? at : at + 2;
      return;
    }
    at++;
    char name = at < text.length() ? text.charAt(at++) : '\\';
    if ((name == 'x' || name == 'p' || name == 'P') && text.startsWith("{", at)) {
      int close = text.indexOf('}', at);
      at = close < 0 ? text.length() : close + 1;
    }
    add(Part.ONE, name == 'x');
  }

  private void lazy() {
    if (text.startsWith("?", at)) {
      at++;
    }
  }

  private void braces() {
    int start = at;
    int[] bounds = RegexParser.boundsAt(text, at);
    if (bounds.length == 0) {
      // No repetition, but text.
      at++;
      add(Part.ONE, true);
      return;
    }
    at = text.indexOf('}', at) + 1;
    lazy();
    Part last = group.last;
    if (last != null) {
      repeat(counted(last, bounds[0], bounds[1], text.substring(start, at)));
    }
  }

  /** {@return a part repeated; it is written out, as {@code xx(x(x)?)?} for {@code x{2,4}}} */
  private static Part counted(Part part, int min, int max, String shown) {
    boolean unbounded = max == RegexNode.UNBOUNDED;
    int most = unbounded ? min : max;
    long product = max == 0 ? 1 : part.product * Math.max(most, 1);
    if ((min >= 2 || max >= 2) && product > MAX_REPEAT) {
      throw new RegexSyntaxException("invalid repeat count", shown);
    }
    long size = most * part.size + (unbounded ? 2 : max - min);
    return new Part(
        Math.max(1, unbounded && min == 0 ? part.size + 2 : size), part.height + 1, product);
  }

  /** Puts a repetition in the place of what it repeats. */
  private void repeat(Part repeated) {
    if (group.run > 1) {
      // Only the last character of a text is repeated.
      group.sequenceLength++;
    }
    group.run = 0;
    group.open |= group.sequenceLength == 1;
    group.last = checked(repeated);
  }
}

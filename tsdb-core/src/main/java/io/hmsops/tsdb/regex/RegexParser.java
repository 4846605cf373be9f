package io.hmsops.tsdb.regex;

import io.hmsops.tsdb.regex.RegexNode.Begin;
import io.hmsops.tsdb.regex.RegexNode.Chars;
import io.hmsops.tsdb.regex.RegexNode.Choice;
import io.hmsops.tsdb.regex.RegexNode.End;
import io.hmsops.tsdb.regex.RegexNode.Repeat;
import io.hmsops.tsdb.regex.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads expressions that RE2/J has accepted; what would have been an error there is only kept from
 * doing harm here. {@code .} takes line breaks unless {@code (?-s)} says otherwise.
 */
final class RegexParser {
  /** Deeper nesting is left to RE2/J, which bounds its own stack. */
  private static final int MAX_DEPTH = 200;

  /** As long as {@code {1000,1000}}. */
  private static final int MAX_BOUNDS_LENGTH = 11;

  /** No name of a class is as long. */
  private static final int MAX_NAMED_CLASS_LENGTH = 16;

  private final String text;
  private int at;
  private int depth;
  private boolean ignoreCase;
  private boolean dotTakesLineBreaks = true;
  private boolean lines;

  private RegexParser(String text) {
    this.text = text;
  }

  static RegexNode parse(String text) throws UnsupportedRegexException {
    RegexParser parser = new RegexParser(text);
    RegexNode node = parser.choice();
    if (parser.at < text.length()) {
      throw new UnsupportedRegexException("a ) too many");
    }
    return node;
  }

  private boolean more() {
    return at < text.length();
  }

  private boolean follows(String expected) {
    return text.startsWith(expected, at);
  }

  private boolean take(String expected) {
    if (!follows(expected)) {
      return false;
    }
    at += expected.length();
    return true;
  }

  private int takeCodePoint() throws UnsupportedRegexException {
    if (!more()) {
      throw new UnsupportedRegexException("an end too early");
    }
    int codePoint = text.codePointAt(at);
    at += Character.charCount(codePoint);
    return codePoint;
  }

  private RegexNode choice() throws UnsupportedRegexException {
    if (++depth > MAX_DEPTH) {
      throw new UnsupportedRegexException("nesting");
    }
    List<RegexNode> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (take("|"));
    depth--;
    return options.size() == 1 ? options.getFirst() : new Choice(options);
  }

  private RegexNode sequence() throws UnsupportedRegexException {
    List<RegexNode> parts = new ArrayList<>();
    while (more() && !follows("|") && !follows(")")) {
      if (take("\\Q")) {
        quoted(parts);
      } else {
        parts.add(atom());
      }
      repeatLast(parts);
    }
    return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
  }

  private void quoted(List<RegexNode> parts) throws UnsupportedRegexException {
    while (more() && !take("\\E")) {
      parts.add(literal(takeCodePoint()));
    }
  }

  private void repeatLast(List<RegexNode> parts) throws UnsupportedRegexException {
    int min;
    int max;
    if (take("*")) {
      min = 0;
      max = RegexNode.UNBOUNDED;
    } else if (take("+")) {
      min = 1;
      max = RegexNode.UNBOUNDED;
    } else if (take("?")) {
      min = 0;
      max = 1;
    } else {
      int[] bounds = follows("{") ? boundsAt(text, at) : new int[0];
      if (bounds.length == 0) {
        return;
      }
      at = text.indexOf('}', at) + 1;
      min = bounds[0];
      max = bounds[1];
    }
    take("?"); // The laziest match is as whole as the greediest.
    if (parts.isEmpty()) {
      throw new UnsupportedRegexException("a repetition of nothing");
    }
    parts.add(new Repeat(parts.removeLast(), min, max));
  }

  /**
   * {@return smallest and largest number of repetitions if a { begins with them, or nothing if it
   * is a literal}
   */
  static int[] boundsAt(String text, int at) {
    int close = at + 1;
    int latest = Math.min(text.length(), at + MAX_BOUNDS_LENGTH);
    while (close < latest && text.charAt(close) != '}') {
      close++;
    }
    return close < latest ? bounds(text.substring(at + 1, close)) : new int[0];
  }

  /** {@return the end of a class like {@code [:alpha:]} that begins here, or -1} */
  static int namedClassEnd(String text, int at) {
    if (!text.startsWith("[:", at)) {
      return -1;
    }
    int latest = Math.min(text.length(), at + MAX_NAMED_CLASS_LENGTH);
    for (int i = at + 2; i + 1 < latest; i++) {
      if (text.startsWith(":]", i)) {
        return i + 2;
      }
    }
    return -1;
  }

  private static int[] bounds(String text) {
    int comma = text.indexOf(',');
    String low = comma < 0 ? text : text.substring(0, comma);
    String high = comma < 0 ? text : text.substring(comma + 1);
    if (!isNumber(low) || (!high.isEmpty() && !isNumber(high))) {
      return new int[0];
    }
    int max = high.isEmpty() ? RegexNode.UNBOUNDED : Integer.parseInt(high);
    return new int[] {Integer.parseInt(low), max};
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 4
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && (text.length() == 1 || text.charAt(0) != '0');
  }

  private RegexNode literal(int codePoint) throws UnsupportedRegexException {
    CodePoints set = CodePoints.of(codePoint);
    return new Chars(ignoreCase ? set.foldCase() : set);
  }

  private RegexNode atom() throws UnsupportedRegexException {
    int codePoint = takeCodePoint();
    return switch (codePoint) {
      case '(' -> group();
      case '[' -> new Chars(new RegexClass().read());
      case '.' -> new Chars(dotTakesLineBreaks ? CodePoints.ALL : CodePoints.of('\n').complement());
      case '^' -> atLineBreaks(new Begin());
      case '$' -> atLineBreaks(new End());
      case '\\' -> escape();
      default -> literal(codePoint);
    };
  }

  private RegexNode atLineBreaks(RegexNode edge) throws UnsupportedRegexException {
    if (lines) {
      throw new UnsupportedRegexException("(?m)");
    }
    return edge;
  }

  private RegexNode group() throws UnsupportedRegexException {
    boolean outerIgnoreCase = ignoreCase;
    boolean outerDot = dotTakesLineBreaks;
    boolean outerLines = lines;
    if (take("?P<") || take("?<")) {
      at = text.indexOf('>', at) + 1;
    } else if (take("?") && !flags()) {
      // (?i) holds to the end of the group around it.
      return RegexNode.EMPTY;
    }
    RegexNode body = choice();
    if (!take(")")) {
      throw new UnsupportedRegexException("a ( too many");
    }
    ignoreCase = outerIgnoreCase;
    dotTakesLineBreaks = outerDot;
    lines = outerLines;
    return body;
  }

  /** {@return whether a group follows, not only its flags} */
  private boolean flags() throws UnsupportedRegexException {
    boolean on = true;
    while (true) {
      int flag = takeCodePoint();
      switch (flag) {
        case '-' -> on = false;
        case 'i' -> ignoreCase = on;
        case 's' -> dotTakesLineBreaks = on;
        case 'm' -> lines = on;
        case 'U' -> {
          // Swaps lazy and greedy.
        }
        case ':' -> {
          return true;
        }
        case ')' -> {
          return false;
        }
        default -> throw new UnsupportedRegexException("a flag");
      }
    }
  }

  private RegexNode escape() throws UnsupportedRegexException {
    if (take("A")) {
      return new Begin();
    }
    if (take("z")) {
      return new End();
    }
    if (more() && "dDsSwW".indexOf(text.charAt(at)) >= 0) {
      return new Chars(perlClass());
    }
    return literal(escapedCodePoint());
  }

  private CodePoints perlClass() throws UnsupportedRegexException {
    char name = text.charAt(at++);
    CodePoints set =
        switch (Character.toLowerCase(name)) {
          case 'd' -> CodePoints.ofPairs("09");
          case 's' -> CodePoints.ofPairs("\t\n\f\r  ");
          default -> CodePoints.ofPairs("09AZaz__");
        };
    CodePoints folded = ignoreCase ? set.foldCase() : set;
    return Character.isUpperCase(name) ? folded.complement() : folded;
  }

  /** Behind a backslash. */
  private int escapedCodePoint() throws UnsupportedRegexException {
    int codePoint = takeCodePoint();
    if (codePoint >= '0' && codePoint <= '7') {
      at--;
      int digits = 0;
      while (digits < 3 && octal(at + digits)) {
        digits++;
      }
      at += digits;
      return Integer.parseInt(text.substring(at - digits, at), 8);
    }
    return switch (codePoint) {
      case 'a' -> 0x07;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      case 'x' -> hexadecimal();
      default -> {
        if (codePoint >= 0x80 || Character.isLetterOrDigit(codePoint)) {
          // \pN, \b, \B and what else there may be.
          throw new UnsupportedRegexException("an escape");
        }
        yield codePoint;
      }
    };
  }

  private boolean octal(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '7';
  }

  private int hexadecimal() throws UnsupportedRegexException {
    String digits;
    if (take("{")) {
      int close = text.indexOf('}', at);
      if (close < 0) {
        throw new UnsupportedRegexException("an open {");
      }
      digits = text.substring(at, close);
      at = close + 1;
    } else {
      digits = text.substring(at, Math.min(at + 2, text.length()));
      at += digits.length();
    }
    try {
      int codePoint = Integer.parseInt(digits, 16);
      if (codePoint < 0 || codePoint > Character.MAX_CODE_POINT) {
        throw new UnsupportedRegexException("a number too large");
      }
      return codePoint;
    } catch (NumberFormatException e) {
      throw new UnsupportedRegexException("no hexadecimal number");
    }
  }

  /** What stands between brackets. */
  private final class RegexClass {
    private CodePoints set = CodePoints.NONE;

    CodePoints read() throws UnsupportedRegexException {
      boolean negated = take("^");
      for (boolean first = true; first || !follows("]"); first = false) {
        member();
      }
      at++;
      return negated ? set.complement() : set;
    }

    private void member() throws UnsupportedRegexException {
      int end = namedClassEnd(text, at);
      if (end >= 0) {
        set = set.or(posixClass(text.substring(at + 2, end - 2)));
        at = end;
      } else if (follows("\\")
          && at + 1 < text.length()
          && "dDsSwW".indexOf(text.charAt(at + 1)) >= 0) {
        at++;
        set = set.or(perlClass());
      } else {
        int low = codePoint();
        int high = low;
        if (follows("-") && !follows("-]") && at + 1 < text.length()) {
          at++;
          high = codePoint();
        }
        if (high < low) {
          throw new UnsupportedRegexException("a range backwards");
        }
        CodePoints range = CodePoints.of(low, high);
        set = set.or(ignoreCase ? range.foldCase() : range);
      }
    }

    private int codePoint() throws UnsupportedRegexException {
      int codePoint = takeCodePoint();
      return codePoint == '\\' ? escapedCodePoint() : codePoint;
    }

    private CodePoints posixClass(String name) throws UnsupportedRegexException {
      boolean negated = name.startsWith("^");
      CodePoints named =
          CodePoints.ofPairs(
              switch (negated ? name.substring(1) : name) {
                case "alnum" -> "09AZaz";
                case "alpha" -> "AZaz";
                case "ascii" -> "\0\u007f";
                case "blank" -> "\t\t  ";
                case "cntrl" -> "\0\u001f\u007f\u007f";
                case "digit" -> "09";
                case "graph" -> "!~";
                case "lower" -> "az";
                case "print" -> " ~";
                case "punct" -> "!/:@[`{~";
                case "space" -> "\t\r  ";
                case "upper" -> "AZ";
                case "word" -> "09AZaz__";
                case "xdigit" -> "09AFaf";
                default -> throw new UnsupportedRegexException("a class");
              });
      CodePoints folded = ignoreCase ? named.foldCase() : named;
      return negated ? folded.complement() : folded;
    }
  }
}

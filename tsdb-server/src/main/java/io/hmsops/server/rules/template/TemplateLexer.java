package io.hmsops.server.rules.template;

import java.util.ArrayList;
import java.util.List;

/** Cuts a template into texts and the tokens of its actions. */
final class TemplateLexer {
  /** What a token is. */
  enum Kind {
    TEXT,
    OPEN,
    CLOSE,
    WORD,
    FIELD,
    VARIABLE,
    STRING,
    CHARACTER,
    NUMBER,
    SYMBOL,
    SPACE,
    END
  }

  /** A token; the text of a string is without quotes and escapes. */
  record Token(Kind kind, String text, int line) {
    boolean is(Kind wanted, String wantedText) {
      return kind == wanted && text.equals(wantedText);
    }
  }

  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private final String input;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;

  private TemplateLexer(String input) {
    this.input = input;
  }

  static List<Token> tokens(String input) throws TemplateException {
    TemplateLexer lexer = new TemplateLexer(input);
    lexer.run();
    return lexer.tokens;
  }

  private void run() throws TemplateException {
    boolean trimLeft = false;
    while (true) {
      int open = input.indexOf(OPEN, position);
      int end = open < 0 ? input.length() : open;
      boolean trimRight =
          open >= 0
              && input.startsWith("-", open + 2)
              && open + 3 < input.length()
              && Character.isWhitespace(input.charAt(open + 3));
      String text = input.substring(position, end);
      String shown = trimLeft ? text.stripLeading() : text;
      shown = trimRight ? shown.stripTrailing() : shown;
      if (!shown.isEmpty()) {
        add(Kind.TEXT, shown);
      }
      countLines(text);
      if (open < 0) {
        add(Kind.END, "");
        return;
      }
      position = open + OPEN.length() + (trimRight ? 1 : 0);
      trimLeft = action();
    }
  }

  /** Reads one action, and returns whether the text after it is trimmed. */
  private boolean action() throws TemplateException {
    int afterSpace = skipSpace(position);
    if (input.startsWith("/*", afterSpace)) {
      return comment(afterSpace);
    }
    add(Kind.OPEN, OPEN);
    while (true) {
      if (position >= input.length()) {
        throw error("unclosed action");
      }
      if (input.startsWith(CLOSE, position)) {
        position += CLOSE.length();
        add(Kind.CLOSE, CLOSE);
        return false;
      }
      char c = input.charAt(position);
      if (Character.isWhitespace(c)) {
        int next = skipSpace(position);
        if (input.startsWith("-" + CLOSE, next)) {
          countLines(input.substring(position, next));
          position = next + 1 + CLOSE.length();
          add(Kind.CLOSE, CLOSE);
          return true;
        }
        add(Kind.SPACE, " ");
        countLines(input.substring(position, next));
        position = next;
      } else {
        token(c);
      }
    }
  }

  private boolean comment(int start) throws TemplateException {
    int end = input.indexOf("*/", start);
    if (end < 0) {
      throw error("unclosed comment");
    }
    int next = skipSpace(end + 2);
    boolean trim = input.startsWith("-" + CLOSE, next);
    int close = trim ? next + 1 : next;
    if (!input.startsWith(CLOSE, close)) {
      throw error("comment ends before closing delimiter");
    }
    countLines(input.substring(position, close));
    position = close + CLOSE.length();
    return trim;
  }

  private void token(char c) throws TemplateException {
    if (c == '"') {
      quoted();
    } else if (c == '`') {
      int end = input.indexOf('`', position + 1);
      if (end < 0) {
        throw error("unterminated raw quoted string");
      }
      add(Kind.STRING, input.substring(position + 1, end));
      countLines(input.substring(position, end));
      position = end + 1;
    } else if (c == '\'') {
      character();
    } else if (isDigit(c) || ((c == '-' || c == '+' || c == '.') && digitFollows())) {
      take(Kind.NUMBER, numberEnd());
    } else if (c == '.') {
      int end = wordEnd(position + 1);
      take(end == position + 1 ? Kind.SYMBOL : Kind.FIELD, end);
    } else if (c == '$') {
      take(Kind.VARIABLE, wordEnd(position + 1));
    } else if (isWordPart(c)) {
      take(Kind.WORD, wordEnd(position));
    } else if (input.startsWith(":=", position)) {
      take(Kind.SYMBOL, position + 2);
    } else if ("=|(),".indexOf(c) >= 0) {
      take(Kind.SYMBOL, position + 1);
    } else {
      throw error("unexpected character '%s' in action".formatted(c));
    }
  }

  private boolean digitFollows() {
    return position + 1 < input.length() && isDigit(input.charAt(position + 1));
  }

  private int numberEnd() {
    int end = position + 1;
    while (end < input.length()) {
      char c = input.charAt(end);
      boolean exponentSign =
          (c == '+' || c == '-') && "eE".indexOf(input.charAt(end - 1)) >= 0 && !isHex();
      if (!Character.isLetterOrDigit(c) && c != '.' && c != '_' && !exponentSign) {
        break;
      }
      end++;
    }
    return end;
  }

  private boolean isHex() {
    return input.startsWith("0x", position) || input.startsWith("0X", position);
  }

  private int wordEnd(int start) {
    int end = start;
    while (end < input.length() && isWordPart(input.charAt(end))) {
      end++;
    }
    return end;
  }

  private void quoted() throws TemplateException {
    StringBuilder text = new StringBuilder();
    int i = position + 1;
    while (i < input.length() && input.charAt(i) != '"') {
      char c = input.charAt(i);
      if (c == '\n') {
        throw error("unterminated quoted string");
      }
      i = c == '\\' ? escape(i + 1, text) : plain(i, c, text);
    }
    if (i >= input.length()) {
      throw error("unterminated quoted string");
    }
    add(Kind.STRING, text.toString());
    position = i + 1;
  }

  private void character() throws TemplateException {
    StringBuilder text = new StringBuilder();
    int i = position + 1;
    while (i < input.length() && input.charAt(i) != '\'') {
      char c = input.charAt(i);
      i = c == '\\' ? escape(i + 1, text) : plain(i, c, text);
    }
    if (i >= input.length() || text.codePointCount(0, text.length()) != 1) {
      throw error("malformed character constant");
    }
    add(Kind.CHARACTER, text.toString());
    position = i + 1;
  }

  private static int plain(int index, char c, StringBuilder text) {
    text.append(c);
    return index + 1;
  }

  private int escape(int index, StringBuilder text) throws TemplateException {
    char c = index < input.length() ? input.charAt(index) : ' ';
    int hexDigits =
        switch (c) {
          case 'x' -> 2;
          case 'u' -> 4;
          case 'U' -> 8;
          default -> 0;
        };
    if (hexDigits > 0) {
      int end = Math.min(input.length(), index + 1 + hexDigits);
      try {
        text.appendCodePoint(Integer.parseInt(input.substring(index + 1, end), 16));
      } catch (IllegalArgumentException e) {
        throw error("invalid escape \\%s".formatted(input.substring(index, end)));
      }
      return end;
    }
    int at = "ntr\\\"'abfv".indexOf(c);
    if (at < 0) {
      throw error("invalid escape \\%s".formatted(c));
    }
    text.append("\n\t\r\\\"'\u0007\b\f\u000b".charAt(at));
    return index + 1;
  }

  private void take(Kind kind, int end) {
    add(kind, input.substring(position, end));
    position = end;
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private int skipSpace(int from) {
    int i = from;
    while (i < input.length() && Character.isWhitespace(input.charAt(i))) {
      i++;
    }
    return i;
  }

  private void countLines(String text) {
    line += (int) text.chars().filter(c -> c == '\n').count();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordPart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private TemplateException error(String reason) {
    return new TemplateException("line %d: %s".formatted(line, reason));
  }
}

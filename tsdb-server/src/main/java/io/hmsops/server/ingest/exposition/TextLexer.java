package io.hmsops.server.ingest.exposition;

/** Tokens of the text format. Blanks between tokens are skipped. */
final class TextLexer extends Lexer {
  TextLexer(byte[] bytes, int length) {
    super(bytes, length);
  }

  @Override
  Token next() {
    Token token;
    do {
      if (end >= length) {
        return Token.EOF;
      }
      start = end;
      token = lex();
    } while (token == Token.WHITESPACE);
    return token;
  }

  private Token lex() {
    int c = peek();
    if (state != State.META_TEXT && isBlank(c)) {
      return blanks();
    }
    return switch (state) {
      case INIT -> init(c);
      case META_NAME -> metaName(c);
      case META_TEXT -> metaText();
      case LABELS -> labels(c);
      case LABEL_VALUE -> c == '"' ? quoted(Token.LABEL_VALUE, true, State.LABELS) : Token.INVALID;
      case VALUE -> value(c);
      case TIMESTAMP -> timestamp(c);
      case COMMENT, EXEMPLAR, EXEMPLAR_VALUE, EXEMPLAR_TIMESTAMP ->
          throw new AssertionError("the text format has no state " + state);
    };
  }

  private Token blanks() {
    while (isBlank(peek())) {
      end++;
    }
    return Token.WHITESPACE;
  }

  private Token init(int c) {
    if (c == '\n') {
      return single(Token.LINEBREAK, State.INIT);
    }
    if (c == '#') {
      return comment();
    }
    if (c == '{') {
      return single(Token.BRACE_OPEN, State.LABELS);
    }
    return isNameByte(c, true) ? name(Token.METRIC_NAME, true, State.VALUE) : Token.INVALID;
  }

  private Token comment() {
    end++;
    if (isBlank(peek())) {
      blanks();
      Token meta = keyword();
      if (meta != Token.INVALID) {
        return meta;
      }
    }
    while (peek() >= 0 && peek() != '\n') {
      end++;
    }
    return peek() < 0 ? Token.EOF : Token.COMMENT;
  }

  private Token keyword() {
    Token meta = peek() == 'H' ? Token.HELP : Token.TYPE;
    if (word(meta.text()) && isBlank(peek())) {
      blanks();
      state = State.META_NAME;
      return meta;
    }
    return Token.INVALID;
  }

  private Token metaName(int c) {
    if (c == '"') {
      return quoted(Token.METRIC_NAME, true, State.META_TEXT);
    }
    return isNameByte(c, true) ? name(Token.METRIC_NAME, true, State.META_TEXT) : Token.INVALID;
  }

  private Token metaText() {
    while (peek() >= 0 && peek() != '\n') {
      end++;
    }
    state = State.INIT;
    return Token.TEXT;
  }

  private Token labels(int c) {
    return switch (c) {
      case '"' -> quoted(Token.QUOTED, true, State.LABELS);
      case '}' -> single(Token.BRACE_CLOSE, State.VALUE);
      case '=' -> single(Token.EQUAL, State.LABEL_VALUE);
      case ',' -> single(Token.COMMA, State.LABELS);
      default -> isNameByte(c, false) ? name(Token.LABEL_NAME, false, State.LABELS) : Token.INVALID;
    };
  }

  private Token value(int c) {
    if (c == '{') {
      return single(Token.BRACE_OPEN, State.LABELS);
    }
    while (isValueByte(peek())) {
      end++;
    }
    if (end == start) {
      return Token.INVALID;
    }
    state = State.TIMESTAMP;
    return Token.VALUE;
  }

  private static boolean isValueByte(int c) {
    return c > 0 && c != '{' && c != '\n' && !isBlank(c);
  }

  private Token timestamp(int c) {
    if (c == '\n') {
      return single(Token.LINEBREAK, State.INIT);
    }
    while (isDigit(peek())) {
      end++;
    }
    return end == start ? Token.INVALID : Token.TIMESTAMP;
  }
}

package io.hmsops.server.ingest.exposition;

/** Tokens of OpenMetrics. A blank is exactly one space and part of the token behind it. */
final class OpenMetricsLexer extends Lexer {
  OpenMetricsLexer(byte[] bytes, int length) {
    super(bytes, length);
  }

  @Override
  Token next() {
    if (end >= length) {
      return Token.EOF;
    }
    start = end;
    int c = peek();
    return switch (state) {
      case INIT -> init(c);
      case META_NAME -> metaName(c);
      case META_TEXT -> metaText(c);
      case LABELS -> labels(c, State.VALUE, State.LABEL_VALUE);
      case EXEMPLAR -> labels(c, State.EXEMPLAR_VALUE, State.EXEMPLAR_VALUE);
      case LABEL_VALUE -> c == '"' ? quoted(Token.LABEL_VALUE, false, State.LABELS) : Token.INVALID;
      case EXEMPLAR_VALUE -> exemplarValue(c);
      case VALUE -> value(c);
      case TIMESTAMP -> timestamp(c, true);
      case EXEMPLAR_TIMESTAMP -> timestamp(c, false);
      case COMMENT -> throw new AssertionError("a comment is one token");
    };
  }

  private Token init(int c) {
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
    if (peek() != ' ') {
      return Token.INVALID;
    }
    end++;
    Token token =
        switch (peek()) {
          case 'H' -> Token.HELP;
          case 'T' -> Token.TYPE;
          case 'U' -> Token.UNIT;
          case 'E' -> Token.EOF_WORD;
          default -> Token.INVALID;
        };
    if (token == Token.EOF_WORD) {
      if (!word("EOF")) {
        return Token.INVALID;
      }
      if (peek() == '\n') {
        end++;
      }
      return token;
    }
    if (token == Token.INVALID || !word(token.text()) || peek() != ' ') {
      return Token.INVALID;
    }
    return single(token, State.META_NAME);
  }

  private Token metaName(int c) {
    if (c == '"') {
      return quoted(Token.METRIC_NAME, true, State.META_TEXT);
    }
    return isNameByte(c, true) ? name(Token.METRIC_NAME, true, State.META_TEXT) : Token.INVALID;
  }

  /** The text has its leading space and its line end. */
  private Token metaText(int c) {
    if (c != ' ') {
      return Token.INVALID;
    }
    while (peek() >= 0 && peek() != '\n') {
      end++;
    }
    return peek() < 0 ? Token.INVALID : single(Token.TEXT, State.INIT);
  }

  private Token labels(int c, State afterBrace, State afterEqual) {
    return switch (c) {
      case '"' -> quoted(Token.QUOTED, state == State.LABELS, state);
      case '}' -> single(Token.BRACE_CLOSE, afterBrace);
      case '=' -> single(Token.EQUAL, afterEqual);
      case ',' -> single(Token.COMMA, state);
      default -> isNameByte(c, false) ? name(Token.LABEL_NAME, false, state) : Token.INVALID;
    };
  }

  private Token value(int c) {
    if (c == '{') {
      return single(Token.BRACE_OPEN, State.LABELS);
    }
    return c == ' ' ? spaced(Token.VALUE, State.TIMESTAMP) : Token.INVALID;
  }

  private Token exemplarValue(int c) {
    if (c == '"') {
      return quoted(Token.LABEL_VALUE, false, State.EXEMPLAR);
    }
    return c == ' ' ? spaced(Token.VALUE, State.EXEMPLAR_TIMESTAMP) : Token.INVALID;
  }

  private Token timestamp(int c, boolean exemplarAllowed) {
    if (c == '\n') {
      return single(Token.LINEBREAK, State.INIT);
    }
    if (c != ' ') {
      return Token.INVALID;
    }
    if (exemplarAllowed && at(1, '#') && at(2, ' ') && at(3, '{')) {
      end += 4;
      state = State.EXEMPLAR;
      return Token.COMMENT;
    }
    return spaced(Token.TIMESTAMP, state);
  }

  private boolean at(int distance, char expected) {
    return end + distance < length && bytes[end + distance] == expected;
  }

  private Token spaced(Token token, State next) {
    end++;
    int from = end;
    while (peek() > 0 && peek() != ' ' && peek() != '\n') {
      end++;
    }
    if (end == from) {
      return Token.INVALID;
    }
    state = next;
    return token;
  }
}

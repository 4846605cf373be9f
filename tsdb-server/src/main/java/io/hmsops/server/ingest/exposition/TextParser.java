package io.hmsops.server.ingest.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Reads the text format. Blanks may stand between all tokens and belong to a name behind them. */
final class TextParser extends PageParser {
  private static final Set<String> TYPES =
      Set.of("counter", "gauge", "histogram", "summary", "untyped", "unknown");

  TextParser(byte[] page, int length) {
    super(page, new TextLexer(page, length));
  }

  @Override
  public Entry next() throws ExpositionException {
    while (true) {
      startLine();
      Token token = lexer.next();
      switch (token) {
        case EOF -> {
          return Entry.END;
        }
        case LINEBREAK -> {} // Blank lines are allowed.
        case HELP, TYPE -> {
          return meta(token);
        }
        case COMMENT -> {
          Token end = lexer.next();
          if (end != Token.LINEBREAK) {
            throw unexpected("linebreak expected after comment", end);
          }
          return Entry.COMMENT;
        }
        case BRACE_OPEN -> {
          nameAbsent();
          labelPairs();
          return series(lexer.next());
        }
        case METRIC_NAME -> {
          addOffsets(lineStart, lexer.end);
          seriesEnd = lexer.end;
          Token following = lexer.next();
          if (following == Token.BRACE_OPEN) {
            labelPairs();
            following = lexer.next();
          }
          return series(following);
        }
        case INVALID,
            WHITESPACE,
            UNIT,
            EOF_WORD,
            TEXT,
            QUOTED,
            BRACE_CLOSE,
            LABEL_NAME,
            LABEL_VALUE,
            EQUAL,
            COMMA,
            TIMESTAMP,
            VALUE ->
            throw unexpected("expected a valid start token", token);
      }
    }
  }

  private Entry meta(Token token) throws ExpositionException {
    family(token);
    Token textToken = lexer.next();
    if (textToken != Token.TEXT && textToken != Token.EOF) {
      throw new ExpositionException(
          "expected text in %s, got %s".formatted(token.text(), textToken.text()));
    }
    int from = Math.min(lexer.start + 1, lexer.end);
    if (token == Token.TYPE) {
      String found = new String(bytes, from, lexer.end - from, StandardCharsets.UTF_8);
      if (!TYPES.contains(found)) {
        throw new ExpositionException(
            "invalid metric type " + GoText.quote(bytes, from, lexer.end));
      }
      type = found.equals("untyped") ? "unknown" : found;
      text = type;
    } else {
      text = checkedHelp(from, lexer.end);
    }
    Token end = lexer.next();
    if (end != Token.LINEBREAK) {
      throw unexpected("expected linebreak after metadata", end);
    }
    return token == Token.TYPE ? Entry.TYPE : Entry.HELP;
  }

  private void labelPairs() throws ExpositionException {
    Token token = lexer.next();
    while (token != Token.BRACE_CLOSE) {
      if (token != Token.LABEL_NAME && token != Token.QUOTED) {
        throw unexpected("expected label name", token);
      }
      int quote = token == Token.QUOTED ? 1 : 0;
      int nameStart = lexer.start + quote;
      int nameEnd = lexer.end - quote;
      token = lexer.next();
      if (quote == 1 && (token == Token.COMMA || token == Token.BRACE_CLOSE)) {
        setName(nameStart, nameEnd); // A quoted text alone is the metric's name.
        if (token == Token.COMMA) {
          token = lexer.next();
        }
        continue;
      }
      if (token != Token.EQUAL) {
        throw unexpected("expected equal", token);
      }
      Token valueToken = lexer.next();
      if (valueToken != Token.LABEL_VALUE) {
        throw unexpected("expected label value", valueToken);
      }
      checkLabelValue();
      addOffsets(nameStart, nameEnd);
      addOffsets(lexer.start + 1, lexer.end - 1);
      // A comma may stand behind the last label, and may be missing between two.
      token = lexer.next();
      if (token == Token.COMMA) {
        token = lexer.next();
      }
    }
    seriesEnd = lexer.end;
  }

  private Entry series(Token token) throws ExpositionException {
    requireName();
    if (token != Token.VALUE) {
      throw unexpected("expected value after metric", token);
    }
    value = number(lexer.start);
    Token following = lexer.next();
    hasTimestamp = following == Token.TIMESTAMP;
    if (hasTimestamp) {
      timestampMs = wholeNumber();
      Token end = lexer.next();
      if (end != Token.LINEBREAK) {
        throw unexpected("expected next entry after timestamp", end);
      }
    } else if (following != Token.LINEBREAK) {
      throw unexpected("expected timestamp or new record", following);
    }
    return Entry.SERIES;
  }

  private long wholeNumber() throws ExpositionException {
    String digits =
        new String(bytes, lexer.start, lexer.end - lexer.start, StandardCharsets.US_ASCII);
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException tooLarge) {
      throw new ExpositionException(
          "strconv.ParseInt: parsing \"%s\": value out of range while parsing: %s"
              .formatted(digits, line()));
    }
  }
}

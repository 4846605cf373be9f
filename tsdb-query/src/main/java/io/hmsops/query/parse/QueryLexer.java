package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;

/** The lexer, with what depends on more than the characters of a token. */
final class QueryLexer extends PromQLLexer {
  private static final String WHITE_SPACE = " \t\r\n";

  private int previous = Token.INVALID_TYPE;

  QueryLexer(CharStream input) {
    super(input);
  }

  @Override
  public Token nextToken() {
    CommonToken token = (CommonToken) super.nextToken();
    switch (token.getType()) {
      case BAD_NUMBER -> scan(token);
      case DURATION -> {
        // Years behind another unit are not scanned.
        if (token.getText().indexOf('y') >= 0) {
          scan(token);
        }
      }
      case FILL, FILL_LEFT, FILL_RIGHT -> {
        if (!isParenthesisAhead()) {
          token.setType(IDENTIFIER);
        }
      }
      case LEFT_PAREN -> {
        if (previous == GROUP_LEFT || previous == GROUP_RIGHT) {
          token.setType(LABELS_PAREN);
        }
      }
      default -> {
        // It is what it seems to be.
      }
    }
    previous = token.getType();
    return token;
  }

  /** Cuts the token where Prometheus' scanner ends, and goes on from there. */
  private void scan(CommonToken token) {
    int ahead = _input.LA(1);
    String behind = ahead == Token.EOF ? "" : Character.toString(ahead);
    NumberScan.Scanned scanned = NumberScan.scan(token.getText() + behind);
    token.setType(
        switch (scanned.kind()) {
          case NUMBER -> NUMBER;
          case DURATION -> DURATION;
          case NEITHER -> BAD_NUMBER;
        });
    token.setStopIndex(token.getStartIndex() + scanned.length() - 1);
    _input.seek(token.getStopIndex() + 1);
    _hitEOF = _input.LA(1) == Token.EOF;
  }

  private boolean isParenthesisAhead() {
    int distance = 1;
    while (_input.LA(distance) > 0 && WHITE_SPACE.indexOf(_input.LA(distance)) >= 0) {
      distance++;
    }
    return _input.LA(distance) == '(';
  }
}

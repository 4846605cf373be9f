package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.query.function.GoText;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.Token;

/**
 * Finds the first token that is none, or a bracket that has no partner. The parser stops there if
 * it gets so far.
 */
final class LexicalErrors {
  private final SourceText source;
  private int openParentheses;
  private boolean inBraces;
  private boolean inBrackets;

  /** Whether digits stand since the last {@code [}: the messages differ behind them. */
  private boolean seenDuration;

  /** Whether digits stand behind any {@code [}. */
  private boolean everSeenDuration;

  private boolean seenColon;

  /**
   * A lexical error.
   *
   * @param tokenIndex the token at which it shows
   * @param byteOffset the place to report
   * @param message what is wrong
   */
  record Found(int tokenIndex, int byteOffset, String message) {}

  private LexicalErrors(SourceText source) {
    this.source = source;
  }

  static Optional<Found> first(SourceText source, List<Token> tokens) {
    LexicalErrors errors = new LexicalErrors(source);
    for (Token token : tokens) {
      Optional<Found> found = errors.look(token);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Found> look(Token token) {
    return switch (token.getType()) {
      case PromQLLexer.STRING, PromQLLexer.UNTERMINATED_STRING -> string(token);
      case PromQLLexer.LEFT_PAREN, PromQLLexer.LABELS_PAREN -> {
        openParentheses++;
        yield Optional.empty();
      }
      case PromQLLexer.RIGHT_PAREN -> rightParenthesis(token);
      case PromQLLexer.LEFT_BRACE -> {
        inBraces = true;
        yield Optional.empty();
      }
      case PromQLLexer.RIGHT_BRACE -> {
        inBraces = false;
        yield Optional.empty();
      }
      case PromQLLexer.LEFT_BRACKET -> {
        inBrackets = true;
        seenDuration = false;
        seenColon = false;
        yield Optional.empty();
      }
      case PromQLLexer.RIGHT_BRACKET -> rightBracket(token);
      case PromQLLexer.BAD_COLON -> earlyColon(token);
      case PromQLLexer.COLON -> colon(token);
      case PromQLLexer.NUMBER, PromQLLexer.DURATION -> {
        seenDuration = true;
        everSeenDuration |= inBrackets;
        yield Optional.empty();
      }
      case PromQLLexer.BAD_NUMBER ->
          at(token, "bad number or duration syntax: " + GoText.quote(token.getText()));
      case PromQLLexer.BAD_EQUALS -> at(token, "unexpected character after '=': '~'");
      case PromQLLexer.BAD_EXCLAMATION ->
          at(token, "unexpected character after '!': " + after(token));
      case PromQLLexer.BAD_BRACES_EXCLAMATION ->
          at(token, "unexpected character after '!' inside braces: " + after(token));
      case PromQLLexer.BAD_BRACES_CHARACTER ->
          at(
              token,
              (token.getText().equals("{")
                      ? "unexpected left brace "
                      : "unexpected character inside braces: ")
                  + shown(token));
      case PromQLLexer.BAD_BRACKETS_CHARACTER,
          PromQLLexer.BAD_DURATIONS_CHARACTER,
          PromQLLexer.BAD_WORD ->
          insideBrackets(token);
      case PromQLLexer.BAD_CHARACTER -> at(token, "unexpected character: " + shown(token));
      case Token.EOF -> endOfInput(token);
      default -> Optional.empty();
    };
  }

  private Optional<Found> at(Token token, String message) {
    return Optional.of(new Found(token.getTokenIndex(), source.start(token), message));
  }

  private static String shown(Token token) {
    return GoText.quote(token.getText().codePointAt(0));
  }

  private String after(Token token) {
    int next = token.getStopIndex() + 1;
    int[] codePoints = source.text().codePoints().skip(next).limit(1).toArray();
    return GoText.quote(codePoints.length == 0 ? 0xfffd : codePoints[0]);
  }

  private Optional<Found> string(Token token) {
    try {
      StringLiterals.unquote(token.getText());
      return Optional.empty();
    } catch (StringLiterals.Malformed e) {
      return at(token, String.valueOf(e.getMessage()));
    }
  }

  private Optional<Found> rightParenthesis(Token token) {
    openParentheses--;
    return openParentheses >= 0
        ? Optional.empty()
        : Optional.of(
            new Found(
                token.getTokenIndex(), source.end(token), "unexpected right parenthesis ')'"));
  }

  private Optional<Found> rightBracket(Token token) {
    boolean wasOpen = inBrackets;
    inBrackets = false;
    return wasOpen ? Optional.empty() : at(token, "unexpected right bracket ']'");
  }

  /** Of a colon before any number; whether there was one in other brackets makes a difference. */
  private Optional<Found> earlyColon(Token token) {
    boolean repeated = seenColon;
    seenColon = true;
    if (everSeenDuration && !repeated) {
      return Optional.empty();
    }
    String what = everSeenDuration ? "repeated colon" : "colon before duration";
    return Optional.of(
        new Found(
            token.getTokenIndex(),
            source.end(token),
            "unexpected %s in duration expression".formatted(what)));
  }

  private Optional<Found> colon(Token token) {
    boolean repeated = seenColon;
    seenColon = true;
    return repeated ? at(token, "unexpected colon ':'") : Optional.empty();
  }

  private Optional<Found> insideBrackets(Token token) {
    char c = token.getText().charAt(0);
    if (!seenDuration) {
      return at(token, "unexpected character in duration expression: " + shown(token));
    }
    if (c == '[') {
      return at(token, "unexpected left bracket '['");
    }
    boolean letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return at(token, "unexpected character: " + shown(token) + (letter ? ", expected ':'" : ""));
  }

  private Optional<Found> endOfInput(Token token) {
    if (inBraces) {
      return at(token, "unexpected end of input inside braces");
    } else if (inBrackets && !seenDuration) {
      return at(token, "unexpected end of input in duration expression");
    } else if (openParentheses > 0) {
      return at(token, "unclosed left parenthesis");
    } else if (inBrackets) {
      return at(token, "unclosed left bracket");
    }
    return Optional.empty();
  }
}

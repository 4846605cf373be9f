package io.hmsops.server.ingest.exposition;

/**
 * Cuts a page into tokens. The token last read is {@code bytes[start, end)}; after {@link
 * Token#INVALID} {@code end} is the first byte that fits nothing, and after {@link Token#EOF}
 * {@code start} is still that of the token before: error messages are made of these.
 */
abstract class Lexer {
  enum State {
    INIT,
    COMMENT,
    META_NAME,
    META_TEXT,
    LABELS,
    LABEL_VALUE,
    VALUE,
    TIMESTAMP,
    EXEMPLAR,
    EXEMPLAR_VALUE,
    EXEMPLAR_TIMESTAMP
  }

  final byte[] bytes;
  final int length;
  State state = State.INIT;
  int start;
  int end;

  Lexer(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  abstract Token next();

  /** {@return the byte at the end of the token so far, -1 behind the page} */
  final int peek() {
    return end < length ? bytes[end] & 0xff : -1;
  }

  final Token single(Token token, State next) {
    end++;
    state = next;
    return token;
  }

  final Token name(Token token, boolean colonAllowed, State next) {
    end++;
    while (isNameByte(peek(), colonAllowed) || isDigit(peek())) {
      end++;
    }
    state = next;
    return token;
  }

  /** Reads a quoted text from its first quote on. */
  final Token quoted(Token token, boolean lineBreakAllowed, State next) {
    boolean nullAllowed = state == State.LABEL_VALUE;
    end++;
    while (true) {
      int c = peek();
      if (c == '"') {
        end++;
        state = next;
        return token;
      }
      if (c == '\\') {
        end++;
        c = peek();
        if (c == '\n') {
          return Token.INVALID;
        }
      } else if (c == '\n' && !lineBreakAllowed) {
        return Token.INVALID;
      }
      if (c < 0 || (c == 0 && !nullAllowed)) {
        return Token.INVALID;
      }
      end++;
    }
  }

  /** {@return whether the word stands at the end of the token so far, which it then joins} */
  final boolean word(String word) {
    int i = 0;
    while (i < word.length() && peek() == word.charAt(i)) {
      end++;
      i++;
    }
    return i == word.length();
  }

  static boolean isNameByte(int c, boolean colonAllowed) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || (colonAllowed && c == ':');
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isBlank(int c) {
    return c == ' ' || c == '\t';
  }
}

package io.hmsops.query.parse;

import io.hmsops.query.function.GoText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Resolves the escapes of quoted texts: Go's rules. */
final class StringLiterals {
  private static final int END = -1;
  private static final int REPLACEMENT = 0xfffd;

  private final String token;
  private final int quote;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int position = 1;

  private StringLiterals(String token) {
    this.token = token;
    this.quote = token.charAt(0);
  }

  /** A text cannot be read; the message says why. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /**
   * Returns the text between the quotes. Bytes given by {@code \x} and octal escapes are decoded as
   * UTF-8 together with their neighbours; what is not UTF-8 stays, as {@link GoText} has it.
   */
  static String unquote(String token) throws Malformed {
    return new StringLiterals(token).read();
  }

  private String read() throws Malformed {
    boolean raw = quote == '`';
    while (true) {
      int c = next();
      if (c == REPLACEMENT) {
        // Stands for bytes that were not UTF-8 where the text came in.
        throw new Malformed("invalid UTF-8 rune");
      } else if (c == END || (c == '\n' && !raw)) {
        throw new Malformed(raw ? "unterminated raw string" : "unterminated quoted string");
      } else if (c == quote) {
        return GoText.decode(bytes.toByteArray());
      } else if (c == '\\' && !raw) {
        escape();
      } else {
        write(c);
      }
    }
  }

  private int next() {
    if (position >= token.length()) {
      return END;
    }
    int c = token.codePointAt(position);
    position += Character.charCount(c);
    return c;
  }

  private void write(int codePoint) {
    bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
  }

  private void escape() throws Malformed {
    int c = next();
    switch (c) {
      case 'a' -> bytes.write(0x07);
      case 'b' -> bytes.write('\b');
      case 'f' -> bytes.write('\f');
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 't' -> bytes.write('\t');
      case 'v' -> bytes.write(0x0b);
      case '\\' -> bytes.write('\\');
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        position--;
        bytes.write(number(3, 8, 255));
      }
      case 'x' -> bytes.write(number(2, 16, 255));
      case 'u' -> write(number(4, 16, Character.MAX_CODE_POINT));
      case 'U' -> write(number(8, 16, Character.MAX_CODE_POINT));
      case END -> throw new Malformed("escape sequence not terminated");
      default -> {
        if (c != quote) {
          throw new Malformed("unknown escape sequence " + unicode(c));
        }
        bytes.write(c);
      }
    }
  }

  private int number(int digits, int base, int maximum) throws Malformed {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int c = next();
      if (c == END) {
        throw new Malformed("escape sequence not terminated");
      }
      int digit = c < 0x80 ? Character.digit(c, base) : -1;
      if (digit < 0) {
        throw new Malformed("illegal character %s in escape sequence".formatted(unicode(c)));
      }
      value = value * base + digit;
    }
    if (value > maximum || (value >= 0xd800 && value < 0xe000)) {
      throw new Malformed("escape sequence is an invalid Unicode code point");
    }
    return (int) value;
  }

  private static String unicode(int c) {
    String shown = c < 0x20 ? "" : " '%s'".formatted(Character.toString(c));
    return "U+%04X%s".formatted(c, shown);
  }
}

package io.hmsops.query.ast;

/**
 * A place in a query's text, as messages show it.
 *
 * @param line the line, from 1
 * @param column the column in UTF-8 bytes, from 1
 */
public record Position(int line, int column) {
  /**
   * {@return the place of a byte}
   *
   * @param text the query
   * @param byteOffset the byte, counted in UTF-8 from 0, as in {@link Span}
   */
  public static Position of(String text, int byteOffset) {
    int line = 1;
    int column = 1;
    int offset = 0;
    for (int i = 0; i < text.length() && offset < byteOffset; ) {
      int codePoint = text.codePointAt(i);
      int width = utf8Length(codePoint);
      offset += width;
      i += Character.charCount(codePoint);
      if (codePoint == '\n') {
        line++;
        column = 1;
      } else {
        column += width;
      }
    }
    return new Position(line, column);
  }

  /**
   * {@return how many bytes a character has in UTF-8}
   *
   * @param codePoint the character
   */
  public static int utf8Length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  /** {@return the place as {@code line:column}} */
  @Override
  public String toString() {
    return line + ":" + column;
  }
}

package io.hmsops.query.parse;

/** A text is not a query. The message has the position first: {@code 1:5: parse error: …}. */
public final class ParseException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /**
   * Creates an exception.
   *
   * @param line the line, from 1
   * @param column the column in bytes, from 1
   * @param reason what is wrong, without the position
   */
  public ParseException(int line, int column, String reason) {
    super("%d:%d: parse error: %s".formatted(line, column, reason));
    this.line = line;
    this.column = column;
  }

  /** {@return the line, from 1} */
  public int line() {
    return line;
  }

  /** {@return the column in bytes, from 1} */
  public int column() {
    return column;
  }
}

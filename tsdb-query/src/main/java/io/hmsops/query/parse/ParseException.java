package io.hmsops.query.parse;

import io.hmsops.query.ast.Position;

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
    this(new Position(line, column), "%d:%d".formatted(line, column), reason);
  }

  private ParseException(Position position, String shownPosition, String reason) {
    super("%s: parse error: %s".formatted(shownPosition, reason));
    this.line = position.line();
    this.column = position.column();
  }

  /**
   * {@return an exception for a place in a text}
   *
   * @param text the query
   * @param byteOffset the place, in UTF-8 bytes from 0
   * @param reason what is wrong, without the position
   */
  public static ParseException at(String text, int byteOffset, String reason) {
    Position position = Position.of(text, byteOffset);
    // Prometheus shows no position in a text without characters.
    String shown = text.isEmpty() ? "unknown position" : position.toString();
    return new ParseException(position, shown, reason);
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

package io.hmsops.query.script;

import org.jspecify.annotations.Nullable;

/** A script cannot be read or its samples cannot be loaded. */
public final class ScriptException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  /**
   * Creates an exception.
   *
   * @param line the line of the script, from 1
   * @param reason what is wrong with it
   * @param cause what it follows from
   */
  public ScriptException(int line, String reason, @Nullable Throwable cause) {
    super("line %d: %s".formatted(line, reason), cause);
    this.line = line;
  }

  /** {@return the line of the script, from 1} */
  public int line() {
    return line;
  }
}

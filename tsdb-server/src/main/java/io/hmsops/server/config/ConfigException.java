package io.hmsops.server.config;

/** A configuration that cannot be used, with the place in its file. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final int column;
  private final String problem;

  /**
   * Creates an exception.
   *
   * @param file the file, as the user named it
   * @param line the line, from 1; 0 if the whole file is meant
   * @param column the column, from 1; 0 if the whole file is meant
   * @param problem what was found and what was expected
   */
  public ConfigException(String file, int line, int column, String problem) {
    super(
        line == 0 ? file + ": " + problem : "%s:%d:%d: %s".formatted(file, line, column, problem));
    this.file = file;
    this.line = line;
    this.column = column;
    this.problem = problem;
  }

  /** {@return the file, as the user named it} */
  public String file() {
    return file;
  }

  /** {@return the line, from 1; 0 if the whole file is meant} */
  public int line() {
    return line;
  }

  /** {@return the column, from 1; 0 if the whole file is meant} */
  public int column() {
    return column;
  }

  /** {@return the message without the place} */
  public String problem() {
    return problem;
  }
}

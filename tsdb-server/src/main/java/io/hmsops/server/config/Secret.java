package io.hmsops.server.config;

/**
 * A text that is never printed.
 *
 * @param value the secret itself
 */
public record Secret(String value) {
  /** What stands for it in messages and printed configuration. */
  public static final String SHOWN = "<secret>";

  @Override
  public String toString() {
    return SHOWN;
  }
}

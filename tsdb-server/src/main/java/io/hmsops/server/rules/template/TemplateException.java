package io.hmsops.server.rules.template;

/** A template that cannot be parsed, or cannot be expanded with the data at hand. */
public final class TemplateException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong
   */
  public TemplateException(String message) {
    super(message);
  }
}

package io.hmsops.server.app;

/** The entry point of the {@code hms} command. */
public final class Main {
  private Main() {}

  /**
   * Runs one command.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    System.exit(2);
  }
}

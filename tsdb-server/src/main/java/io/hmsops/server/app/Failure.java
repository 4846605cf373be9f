package io.hmsops.server.app;

import org.jspecify.annotations.Nullable;

/** Why a command cannot go on, as one line for the terminal, with the exit code. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  Failure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}

package io.hmsops.server.app;

/** How the {@code hms} command ends. Documented in {@code docs/operating/command-line.md}. */
final class ExitCode {
  /** It did what was asked. */
  static final int OK = 0;

  /** It was asked correctly and failed: a port in use, a directory locked, a failed test. */
  static final int FAILED = 1;

  /** It was asked wrongly: an unknown option, a broken main configuration file. */
  static final int USAGE = 2;

  private ExitCode() {}
}

package io.hmsops.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, of which a start knows only the command that is asked for. */
final class MainTest {
  private record Run(int exitCode, String out, String err) {}

  private static Run run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Main.execute(arguments);
      return new Run(
          exitCode,
          newOut.toString(StandardCharsets.UTF_8),
          newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "demo", "check", "query", "promql", "tsdb", "ops", "version"})
  void everyCommandIsListedAndExplained(String command) {
    assertThat(run("--help").out()).contains("\n  " + command + " ");
    Run asked = run(command, "--help");
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).startsWith("Usage: hms " + command + " ");
    assertThat(run("help", command)).isEqualTo(asked);
  }

  @Test
  void whatIsNoCommandIsRefused() {
    Run unknown = run("rum");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("'rum'").contains("Try 'hms --help'.");
    assertThat(run().err()).contains("no command given");
    assertThat(run("run", "--no-such-option").err()).contains("Try 'hms run --help'.");
    assertThat(run("tsdb", "verif").err()).contains("Try 'hms tsdb --help'.");
  }
}

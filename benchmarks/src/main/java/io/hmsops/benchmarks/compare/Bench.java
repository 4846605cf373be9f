package io.hmsops.benchmarks.compare;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code hms bench} command. */
@Command(
    name = "hms bench",
    description = "Measures this server beside others, or gives a server a load.",
    subcommands = {CompareCommand.class, LoadCommand.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Bench {

  private Bench() {}

  /**
   * Runs a command and exits with its status.
   *
   * @param args a command and its options
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }
}

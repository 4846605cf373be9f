package io.hmsops.server.app;

import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The entry point of the {@code hms} command. */
@Command(
    name = "hms",
    description = "Metrics, alerts and self-healing in one process.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it did what was asked",
      "1:it was asked correctly and failed",
      "2:it was asked wrongly: an unknown option, a broken main configuration file"
    })
public final class Main implements Runnable {
  private static final Logger LOG = System.getLogger(Main.class.getName());

  @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

  /** Creates the root command; picocli calls this. */
  public Main() {}

  /**
   * Runs one command and exits with its code.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /**
   * Runs one command.
   *
   * @param arguments the command line
   * @return its exit code
   */
  static int execute(String... arguments) {
    if (arguments.length > 0 && arguments[0].equals(RunCommand.NAME)) {
      Optional<RunOptions> plain = PlainArguments.read(arguments);
      if (plain.isPresent()) {
        return run(plain.get());
      }
    }
    return parseAndExecute(arguments);
  }

  private static int run(RunOptions options) {
    try {
      return new RunCommand().run(options, new PrintWriter(System.out, true, System.out.charset()));
    } catch (Failure e) {
      System.err.println("hms: " + e.getMessage());
      return e.exitCode();
    } catch (InterruptedException | RuntimeException e) {
      LOG.log(Level.ERROR, "the server ends", e);
      return ExitCode.FAILED;
    }
  }

  private static int parseAndExecute(String... arguments) {
    CommandLine commandLine = new CommandLine(new Main());
    addCommands(commandLine, arguments);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    ErrorHandlers handlers = new ErrorHandlers();
    commandLine.setParameterExceptionHandler(handlers);
    commandLine.setExecutionExceptionHandler(handlers);
    return commandLine.execute(arguments);
  }

  /** {@return all commands, in the order in which help lists them} */
  private static List<Class<?>> commands() {
    return List.of(
        RunCommand.class,
        DemoCommand.class,
        CheckCommand.class,
        QueryCommand.class,
        PromqlCommand.class,
        TsdbCommand.class,
        OpsCommand.class,
        VersionCommand.class,
        TrainCommand.class,
        CommandLine.HelpCommand.class);
  }

  /**
   * Adds the command that is asked for, or all of them if none is or help is asked for. To know all
   * options of all commands takes longer than anything else in a start of the server.
   */
  private static void addCommands(CommandLine commandLine, String[] arguments) {
    Optional<Class<?>> wanted =
        commands().stream()
            .filter(command -> command != CommandLine.HelpCommand.class)
            .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
            .findFirst();
    wanted.map(List::<Class<?>>of).orElseGet(Main::commands).forEach(commandLine::addSubcommand);
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  @Override
  public void run() {
    CommandSpec root = java.util.Objects.requireNonNull(spec);
    throw new ParameterException(root.commandLine(), "no command given");
  }

  /**
   * Tells what went wrong. A class rather than two lambdas: those of interfaces as old as picocli's
   * cannot be archived, so that each start would make their classes anew.
   */
  private static final class ErrorHandlers
      implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
      CommandLine command = e.getCommandLine();
      PrintWriter err = command.getErr();
      err.println("hms: " + e.getMessage());
      List<String> path = List.of(command.getCommandSpec().qualifiedName().split(" "));
      err.println("Try '%s --help'.".formatted(String.join(" ", path)));
      return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(
        Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
      if (e instanceof Failure failure) {
        command.getErr().println("hms: " + failure.getMessage());
        return failure.exitCode();
      }
      throw e;
    }
  }
}

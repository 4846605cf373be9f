package io.hmsops.server.app;

import io.hmsops.server.http.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hms run}. */
@Command(
    name = RunCommand.NAME,
    description = "Run the server. Without any file it scrapes itself.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class RunCommand implements Callable<Integer> {
  static final String NAME = "run";

  private static final Logger LOG = System.getLogger(RunCommand.class.getName());

  @Mixin private RunOptions options = new RunOptions();

  @Spec private @Nullable CommandSpec spec;

  RunCommand() {
    // Reading the command line takes as long, with all its reflection.
    Thread.ofPlatform().daemon().name("prepare-http").start(HttpServer::prepare);
  }

  @Override
  public Integer call() throws Failure, InterruptedException {
    return run(options, Objects.requireNonNull(spec).commandLine().getOut());
  }

  /**
   * Runs the server until it is told to stop.
   *
   * @param wanted the command line
   * @param out where it says that it serves
   * @return its exit code
   */
  int run(RunOptions wanted, PrintWriter out) throws Failure, InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    Signals.handle("TERM", stop::countDown);
    Signals.handle("INT", stop::countDown);
    Server server = Server.start(wanted);
    Signals.handle("HUP", () -> Thread.ofVirtual().start(() -> reload(server)));
    out.print(Banner.text(server, Settings.directory(wanted)));
    out.flush();
    stop.await();
    server.stop();
    return ExitCode.OK;
  }

  private static void reload(Server server) {
    try {
      server.reload();
    } catch (IOException e) {
      LOG.log(Level.ERROR, "not reloaded, everything old stays: {0}", e.getMessage());
    }
  }
}

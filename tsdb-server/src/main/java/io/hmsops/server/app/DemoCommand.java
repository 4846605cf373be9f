package io.hmsops.server.app;

import io.hmsops.server.app.demo.Demo;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hms demo}. */
@Command(
    name = "demo",
    description = "Replay the passport panic with real processes: about two and a half minutes.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = {"--without-playbook"},
      description = "Leave the playbook out: the alert must then go on firing")
  private boolean withoutPlaybook;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Failure {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try {
      return new Demo(out, !withoutPlaybook).run() == 0 ? ExitCode.OK : ExitCode.FAILED;
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.FAILED, "interrupted", e);
    }
  }
}

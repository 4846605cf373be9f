package io.hmsops.server.app;

import io.hmsops.server.app.demo.Demo;
import java.io.IOException;
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
    description =
        "A service breaks, an alert fires, a playbook heals it: live, with real processes.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--without-playbook",
      description = "The counter-test: nobody heals, and the alert must not resolve")
  private boolean withoutPlaybook;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Failure, InterruptedException {
    try {
      return new Demo(Objects.requireNonNull(spec).commandLine().getOut(), !withoutPlaybook).run();
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, "demo: " + e.getMessage(), e);
    }
  }
}

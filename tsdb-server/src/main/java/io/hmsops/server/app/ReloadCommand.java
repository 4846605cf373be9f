package io.hmsops.server.app;

import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hms ops reload}. */
@Command(
    name = "reload",
    description = "Read the configuration anew. Everything old stays until the new is good.",
    mixinStandardHelpOptions = true)
final class ReloadCommand implements Callable<Integer> {
  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:9090",
      description = "The server. Default: ${DEFAULT-VALUE}")
  private String url = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Failure {
    HttpResponse<String> answer = new ServerClient(url).send("POST", "/-/reload", "");
    if (answer.statusCode() / 100 != 2) {
      throw new Failure(ExitCode.FAILED, answer.body().strip(), null);
    }
    Objects.requireNonNull(spec).commandLine().getOut().println("reloaded");
    return ExitCode.OK;
  }
}

package io.hmsops.server.app;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hms tsdb import-openmetrics}. */
@Command(
    name = "import-openmetrics",
    description =
        "Import samples with timestamps from an OpenMetrics file. Nothing is imported from a file"
            + " with a mistake in it.",
    mixinStandardHelpOptions = true)
final class ImportOpenMetricsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The file")
  private Path file = Path.of("");

  @Option(
      names = {"--data", "--storage.tsdb.path"},
      paramLabel = "DIR",
      defaultValue = "data",
      description = "The data directory. Default: ./${DEFAULT-VALUE}")
  private Path data = Path.of("data");

  @Option(
      names = "--tmp",
      paramLabel = "DIR",
      defaultValue = "${java.io.tmpdir}",
      description =
          "Where samples are sorted, 20 bytes each, if they are more than a million. Default:"
              + " ${DEFAULT-VALUE}")
  private Path temporary = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Failure {
    // Retention is the server's business: what is imported may be older than its default, and older
    // than what is there.
    Duration forever = Duration.ofDays(365 * 1000L);
    Options options =
        Options.defaults().toBuilder()
            .retention(forever)
            .outOfOrderWindow(forever)
            .seriesIdle(forever)
            .maintenanceInterval(Duration.ZERO)
            .build();
    try (OpenMetricsImport samples = new OpenMetricsImport(temporary, options.maxExemplars())) {
      read(samples);
      return write(samples, options);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private void read(OpenMetricsImport samples) throws Failure {
    try (InputStream in = Files.newInputStream(file)) {
      samples.read(file.toString(), in);
    } catch (NoSuchFileException e) {
      throw new Failure(ExitCode.FAILED, "%s: no such file".formatted(file), e);
    } catch (AccessDeniedException e) {
      throw new Failure(ExitCode.FAILED, "%s: may not be read".formatted(file), e);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED, "%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private int write(OpenMetricsImport samples, Options options) throws IOException {
    try (Tsdb store = Tsdb.open(data, options)) {
      OpenMetricsImport.Outcome outcome = samples.writeTo(store);
      Objects.requireNonNull(spec)
          .commandLine()
          .getOut()
          .printf(
              "%d samples of %d series imported, %d were there already, %d refused; %d exemplars%n",
              outcome.accepted(),
              samples.seriesCount(),
              outcome.duplicates(),
              outcome.refused(),
              samples.exemplarCount());
      outcome
          .firstRefusal()
          .ifPresent(
              refusal ->
                  Objects.requireNonNull(spec)
                      .commandLine()
                      .getErr()
                      .println("hms: the first refusal: " + refusal));
      return outcome.refused() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
  }
}

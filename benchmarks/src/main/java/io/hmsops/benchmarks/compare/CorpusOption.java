package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the recorded series come from. */
final class CorpusOption {
  private static final Path BESIDE_CHECKOUT = Path.of("..", "shared", "data", "real-1s.tsv.gz");

  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      description =
          "Recorded series, one a line: labels, timestamps, values between tabs, gzip. Default:"
              + " ../shared/data/real-1s.tsv.gz beside the checkout if it is there, else invented"
              + " ones.")
  private @Nullable Path file;

  Corpus read(Path root) throws IOException {
    Path given = file;
    if (given != null) {
      return Corpus.read(given);
    }
    Path beside = root.resolve(BESIDE_CHECKOUT);
    return Files.exists(beside) ? Corpus.read(beside) : Corpus.invented();
  }
}

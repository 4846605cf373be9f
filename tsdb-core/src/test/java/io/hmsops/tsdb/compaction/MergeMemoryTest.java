package io.hmsops.tsdb.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing and merging blocks takes a bounded amount of memory, however many series they have. */
final class MergeMemoryTest {
  private static final int SERIES = 250_000;

  @TempDir private Path directory;

  /** Kept in memory, the names, values and postings of these series take more than 64 MB. */
  @Test
  void blocksOfManySeriesAreMergedInASmallHeap() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx40m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                ManySeriesMerge.class.getName(),
                directory.toString(),
                Integer.toString(SERIES))
            .redirectErrorStream(true)
            .start();
    String output;
    try {
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains((2 * SERIES) + " samples");
  }
}

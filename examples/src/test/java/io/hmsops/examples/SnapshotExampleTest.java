package io.hmsops.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example as a stranger would: a JVM without any flag. */
class SnapshotExampleTest {
  @TempDir Path directory = Path.of("set by JUnit");

  @Test
  void aSnapshotHasWhatWasThereWhenItWasTaken() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SnapshotExample.class.getName(),
                directory.resolve("data").toString(),
                directory.resolve("snapshot").toString())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(directory.resolve("errors")).isEmptyFile();
    assertThat(output.lines()).containsExactly("database: 1500 samples", "snapshot: 1000 samples");
  }
}

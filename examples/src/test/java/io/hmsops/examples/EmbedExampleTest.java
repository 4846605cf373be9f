package io.hmsops.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example as a stranger would: a JVM without any flag. */
class EmbedExampleTest {
  @TempDir Path directory = Path.of("set by JUnit");

  @Test
  void theLibraryNeedsNoFlagsAndPrintsNoWarnings() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EmbedExample.class.getName(),
                directory.resolve("data").toString())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(directory.resolve("errors")).isEmptyFile();
    assertThat(output.lines())
        .hasSize(11)
        .contains(
            "CommitResult[accepted=10, duplicates=0, rejections=[]]",
            "{__name__=\"temperature\", room=\"attic\"} 1700000135000 24.5");
  }
}

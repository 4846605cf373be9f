package io.hmsops.server.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.server.testing.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a real Prometheus observed, evaluation by evaluation: alerts and values of rules. */
class RecordedRulesTest {
  /** How many of the observations agree; may only grow. */
  private static final int FLOOR = 2_072;

  @Test
  void alertsAndValuesAreThoseThatPrometheusGave() throws Exception {
    Path directory = SharedData.alerting("recorded-rules");
    List<Path> files;
    try (Stream<Path> stream = Files.list(directory)) {
      files = stream.filter(f -> f.getFileName().toString().startsWith("test-")).sorted().toList();
    }
    int passed = 0;
    List<String> failures = new ArrayList<>();
    for (Path file : files) {
      RuleUnitTest test = new RuleUnitTest(file);
      test.run();
      passed += test.passed;
      failures.addAll(test.failures);
    }
    System.out.printf(
        "recorded-rules: %d files, %d passed, %d failed%n", files.size(), passed, failures.size());
    failures.stream().limit(20).forEach(System.out::println);
    assertThat(files).isNotEmpty();
    assertThat(passed).isGreaterThanOrEqualTo(FLOOR);
  }
}

package io.hmsops.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrapePagesTest {

  @Test
  void everyScrapeHasAllLinesAndLargerCounters(@TempDir Path directory) throws IOException {
    Path config = directory.resolve("prometheus.yml");
    try (ScrapePages pages = new ScrapePages(2, 50)) {
      pages.writeConfig(config);
      String text = Files.readString(config);
      int port = Integer.parseInt(text.replaceAll("(?s).*127.0.0.1:(\\d+).*", "$1"));
      try (HttpConnection connection = new HttpConnection(port)) {
        List<String> first = connection.get("/metrics/1").text().lines().toList();
        List<String> second = connection.get("/metrics/1").text().lines().toList();

        assertThat(text.lines().filter(line -> line.startsWith("- {job_name"))).hasSize(2);
        assertThat(first).hasSize(51).doesNotHaveDuplicates();
        assertThat(pages.served()).isEqualTo(2);
        for (int i = 1; i < first.size(); i++) {
          assertThat(name(second.get(i))).isEqualTo(name(first.get(i)));
          assertThat(value(second.get(i))).isGreaterThanOrEqualTo(value(first.get(i)));
        }
      }
    }
  }

  private static String name(String line) {
    return line.substring(0, line.lastIndexOf(' '));
  }

  private static long value(String line) {
    return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
  }
}

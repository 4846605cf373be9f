package io.hmsops.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Reads the shared configuration files, good and bad. */
class ConfigConformanceTest {
  /** Messages that are ours on purpose: a place in the file stands in for upstream's wording. */
  private static final List<String> OWN_WORDING =
      List.of(
          "scrape_config_files_fallback_scrape_protocol2.bad.yml", // "unmarshal errors"
          "section_key_dup.bad.yml"); // "field … already set in type config.plain"

  private static final int GOOD_FLOOR = 43;
  private static final int BAD_FLOOR = 93;
  private static final int TEXTS_FLOOR = 82;

  private static Path folder() {
    Path root = Path.of(System.getProperty("hms.root", System.getProperty("user.dir")));
    Path folder = root.resolve("../shared/conformance/config").normalize();
    Assumptions.assumeTrue(Files.isDirectory(folder), "no shared conformance data");
    return folder;
  }

  private static List<Path> files(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder().resolve("files"))) {
      return files.filter(f -> f.getFileName().toString().endsWith(suffix)).sorted().toList();
    }
  }

  @Test
  void goodFilesLoad() throws IOException {
    List<String> refused = new ArrayList<>();
    List<Path> good = files(".good.yml");
    for (Path file : good) {
      try {
        var _ = PrometheusConfigReader.read(file, Map.of("TEST", "x"));
      } catch (ConfigException e) {
        refused.add(e.getMessage());
      }
    }
    System.out.printf(
        "config: %d of %d good files load%n", good.size() - refused.size(), good.size());
    assertThat(refused).isEmpty();
    assertThat(good.size()).isGreaterThanOrEqualTo(GOOD_FLOOR);
  }

  @Test
  void badFilesAreRefusedWithTheirTexts() throws IOException, ConfigException {
    Map<String, String> texts = expectedTexts();
    List<String> accepted = new ArrayList<>();
    List<String> otherText = new ArrayList<>();
    List<Path> bad = files(".bad.yml");
    for (Path file : bad) {
      String name = file.getFileName().toString();
      try {
        var _ = PrometheusConfigReader.read(file, Map.of());
        accepted.add(name);
      } catch (ConfigException e) {
        String text = texts.getOrDefault(name, "");
        if (!e.problem().contains(text) && !OWN_WORDING.contains(name)) {
          otherText.add(name + ": got " + e.getMessage() + ", expected " + text);
        }
      }
    }
    System.out.printf(
        "config: %d of %d bad files refused, %d of %d texts differ%n",
        bad.size() - accepted.size(), bad.size(), otherText.size(), texts.size());
    assertThat(otherText).isEmpty();
    assertThat(accepted).isEmpty();
    assertThat(bad.size()).isGreaterThanOrEqualTo(BAD_FLOOR);
    assertThat(texts.size()).isGreaterThanOrEqualTo(TEXTS_FLOOR);
  }

  /** JSON is YAML, so our own reader serves. Upstream's own file prefix is left out. */
  private static Map<String, String> expectedTexts() throws IOException, ConfigException {
    Path file = folder().resolve("expected-errors.json");
    Map<String, String> texts = new TreeMap<>();
    YamlMapping root = YamlDocument.parse("expected", Files.readString(file)).asMapping();
    for (YamlNode item : root.list("must_fail")) {
      String text = item.asMapping().required("message_contains").asText();
      texts.put(
          item.asMapping().required("file").asText(),
          text.replaceFirst("^parsing YAML file \\S+: ", ""));
    }
    return texts;
  }
}

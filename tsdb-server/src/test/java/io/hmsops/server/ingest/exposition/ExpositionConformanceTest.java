package io.hmsops.server.ingest.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.YamlDocument;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Reads the shared pages, good and bad. JSON is YAML, so our own reader serves. */
class ExpositionConformanceTest {
  private static final int REJECT_FLOOR = 82;
  private static final int ACCEPT_FLOOR = 4;
  private static final int OPEN_METRICS_FLOOR = 36;
  private static final int CORPUS_FLOOR = 6;

  private static Path shared(String name) {
    Path root = Path.of(System.getProperty("hms.root", System.getProperty("user.dir")));
    Path path = root.resolve("../shared/conformance").resolve(name).normalize();
    Assumptions.assumeTrue(Files.exists(path), "no shared conformance data");
    return path;
  }

  private static List<YamlNode> cases(String name) throws IOException, ConfigException {
    return YamlDocument.parse(name, Files.readString(shared(name))).asMapping().list("cases");
  }

  private static byte[] input(YamlMapping one) throws ConfigException {
    YamlNode node = one.required("input");
    return node instanceof YamlMapping binary
        ? Base64.getDecoder().decode(binary.required("base64").asText())
        : node.asText().getBytes(StandardCharsets.UTF_8);
  }

  private static String parseAll(boolean openMetrics, byte[] page) {
    PageParser parser = PageParser.of(openMetrics, page);
    try {
      while (parser.next() != Entry.END) {}
      return "";
    } catch (ExpositionException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void badInputIsRefusedWithTheSameText() throws IOException, ConfigException {
    List<String> different = new ArrayList<>();
    List<YamlNode> cases = cases("exposition/textparse-reject.json");
    for (YamlNode node : cases) {
      YamlMapping one = node.asMapping();
      boolean openMetrics = one.text("format", "").startsWith("openmetrics");
      byte[] page = input(one);
      String expected = one.text("error", "");
      String got = parseAll(openMetrics, page);
      if (!got.equals(expected)) {
        different.add("got %s, expected %s".formatted(got, expected));
      }
    }
    assertThat(different).isEmpty();
    assertThat(cases.size()).isGreaterThanOrEqualTo(REJECT_FLOOR);
  }

  @Test
  void goodPagesGiveTheirEntries() throws IOException, ConfigException {
    List<YamlNode> cases = cases("exposition/textparse-accept.json");
    for (YamlNode node : cases) {
      YamlMapping one = node.asMapping();
      boolean openMetrics = one.text("format", "").startsWith("openmetrics");
      List<String> expected = new ArrayList<>();
      for (YamlNode entry : one.list("entries")) {
        String line = expected(entry.asMapping());
        if (!line.isEmpty()) {
          expected.add(line);
        }
      }
      assertThat(entries(openMetrics, input(one), expected))
          .as(one.text("name", ""))
          .containsExactlyElementsOf(expected);
    }
    assertThat(cases.size()).isGreaterThanOrEqualTo(ACCEPT_FLOOR);
  }

  private static String expected(YamlMapping entry) throws ConfigException {
    String kind = entry.text("kind", "");
    return switch (kind) {
      case "help", "type", "unit" ->
          "%s %s %s".formatted(kind, entry.text("name", ""), entry.text(kind, ""));
      case "series" -> {
        Labels.Builder labels = new Labels.Builder();
        // Two expectations hold the source of a constant in place of its value.
        entry
            .required("labels")
            .asMapping()
            .asTexts()
            .forEach((n, v) -> labels.add(n, v.contains("MetricTypeCounter") ? "counter" : v));
        yield "series %s %s %s %s %s"
            .formatted(
                entry.text("text", ""),
                labels.build(),
                Double.parseDouble(entry.text("value", "").replace("Inf", "Infinity")),
                entry.text("timestamp_ms", "-"),
                exemplars(entry));
      }
      default -> "";
    };
  }

  private static String exemplars(YamlMapping entry) throws ConfigException {
    List<YamlNode> list = entry.list("exemplars");
    if (list.isEmpty()) {
      return "-";
    }
    YamlMapping first = list.getFirst().asMapping();
    Labels.Builder labels = new Labels.Builder();
    first.required("labels").asMapping().asTexts().forEach(labels::add);
    return "%s %s %s"
        .formatted(labels.build(), first.number("value", 0), first.text("timestamp_ms", "-"));
  }

  /**
   * The entries of a page. Ours gives {@code _created} samples as samples; the expectations have
   * them folded into start timestamps, so those that are not expected are left out here.
   */
  private static List<String> entries(boolean openMetrics, byte[] page, List<String> expected) {
    List<String> entries = new ArrayList<>();
    PageParser parser = PageParser.of(openMetrics, page);
    try {
      for (Entry entry = parser.next(); entry != Entry.END; entry = parser.next()) {
        String line = line(parser, entry);
        boolean created =
            openMetrics
                && entry == Entry.SERIES
                && parser.labels().metricName().endsWith("_created");
        if (!line.isEmpty() && (!created || expected.contains(line))) {
          entries.add(line);
        }
      }
    } catch (ExpositionException e) {
      entries.add("error " + e.getMessage());
    }
    return entries;
  }

  private static String line(PageParser parser, Entry entry) {
    return switch (entry) {
      case HELP -> "help %s %s".formatted(parser.familyName(), parser.text());
      case TYPE -> "type %s %s".formatted(parser.familyName(), parser.text());
      case UNIT -> "unit %s %s".formatted(parser.familyName(), parser.text());
      case COMMENT, END -> "";
      case SERIES -> {
        var exemplar = parser.exemplar(Long.MIN_VALUE);
        yield "series %s %s %s %s %s"
            .formatted(
                new String(
                    parser.bytes(),
                    parser.seriesStart(),
                    parser.seriesEnd() - parser.seriesStart(),
                    StandardCharsets.UTF_8),
                parser.labels(),
                parser.value(),
                parser.hasTimestamp() ? Long.toString(parser.timestampMs()) : "-",
                exemplar == null
                    ? "-"
                    : "%s %s %s"
                        .formatted(
                            exemplar.labels(),
                            exemplar.value(),
                            exemplar.timestampMs() == Long.MIN_VALUE
                                ? "-"
                                : exemplar.timestampMs()));
      }
    };
  }

  @Test
  void openMetricsCasesThatMustParseDo() throws IOException {
    List<String> refused = new ArrayList<>();
    int count = 0;
    for (String line : Files.readAllLines(shared("openmetrics/cases.tsv"))) {
      String[] columns = line.split("\t", -1);
      if (columns[1].equals("true")) {
        count++;
        byte[] page = Files.readAllBytes(shared("openmetrics/parsers/" + columns[0] + "/metrics"));
        String error = parseAll(true, page);
        if (!error.isEmpty()) {
          refused.add(columns[0] + ": " + error);
        }
      }
    }
    assertThat(refused).isEmpty();
    assertThat(count).isGreaterThanOrEqualTo(OPEN_METRICS_FLOOR);
  }

  @Test
  void theTextCorpusParses() throws IOException {
    List<String> refused = new ArrayList<>();
    int count = 0;
    try (Stream<Path> files = Files.list(shared("exposition/files"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        count++;
        boolean openMetrics = file.toString().endsWith(".om.txt");
        String error = parseAll(openMetrics, Files.readAllBytes(file));
        if (!error.isEmpty()) {
          refused.add(file.getFileName() + ": " + error);
        }
      }
    }
    Path minimal = shared("exposition/expfmt-corpus/minimal");
    assertThat(parseAll(false, Files.readAllBytes(minimal))).isEmpty();
    assertThat(refused).isEmpty();
    assertThat(count + 1).isGreaterThanOrEqualTo(CORPUS_FLOOR);
  }
}

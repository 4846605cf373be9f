package io.hmsops.server.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.config.ConfigException;
import io.hmsops.server.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFilesTest {
  private static final String BARE =
      """
      alert: HighPassportLatency
      expr:  histogram_quantile(0.95, rate(http_latency_ms_bucket[5m])) > 5
      for:  2m
      labels: {severity: "critical"}
      """;

  @TempDir Path directory;

  private RuleSet read(String text) throws ConfigException {
    return RuleFileReader.read("alerts/passport.yaml", text, RuleDefaults.standard());
  }

  @Test
  void aBareRuleIsLoadedAsWrittenAndRemarkedOn() throws Exception {
    RuleSet set = read(BARE);

    assertThat(set.groups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.name()).isEqualTo("passport");
              assertThat(group.intervalMs()).isEqualTo(30_000);
            });
    Rule.Alerting rule = (Rule.Alerting) set.groups().get(0).rules().get(0);
    assertThat(rule.expr())
        .isEqualTo("histogram_quantile(0.95, rate(http_latency_ms_bucket[5m])) > 5");
    assertThat(rule.forMs()).isEqualTo(120_000);
    assertThat(set.lints())
        .singleElement()
        .satisfies(
            lint -> {
              assertThat(lint.message()).isEqualTo("_ms metric compared with 5; 5 s is 5000");
              assertThat(lint.line()).isEqualTo(2);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "histogram_quantile(0.95, rate(http_latency_ms_bucket[5m])) > 5000| false",
        "2.5 < max by (job) (latency_ms)| true",
        "avg_over_time(latency_milliseconds[5m]) > (3)| true",
        "rate(http_latency_ms_count[5m]) > 5| false",
        "http_latency_ms_bucket > 5| false",
        "latency_seconds > 5| false",
        "count(latency_ms) > 5| false",
        "latency_ms > 0| false",
      })
  void millisecondsAreComparedWithPlausibleNumbers(String expr, boolean remarked) throws Exception {
    assertThat(read("{alert: A, expr: '" + expr + "'}").lints()).hasSize(remarked ? 1 : 0);
  }

  @Test
  void everyBadFileIsRefusedAndEveryGoodOneLoaded() throws Exception {
    Path shared = SharedData.alerting("rule-files/format");
    List<Path> files;
    try (Stream<Path> stream = Files.list(shared)) {
      files = stream.sorted().toList();
    }
    int refused = 0;
    for (Path file : files) {
      String name = file.getFileName().toString();
      // That one is bad only under the old names of labels.
      boolean bad = name.contains(".bad.") && !name.startsWith("legacy_");
      RuleSet set = RuleFiles.load(List.of(file), RuleDefaults.standard());
      assertThat(set.quarantined()).as(name).hasSize(bad ? 1 : 0);
      refused += bad ? 1 : 0;
    }
    assertThat(refused).isEqualTo(10);
  }

  @Test
  void aFieldThatDoesNotExistIsRefused() throws Exception {
    Path file = SharedData.alerting("rule-files/invalid_rules.yaml");

    assertThat(RuleFiles.load(List.of(file), RuleDefaults.standard()).quarantined())
        .singleElement()
        .satisfies(q -> assertThat(q.reason()).contains("unexpected_field"));
  }

  @Test
  void onlyTheFirstDocumentOfAFileCounts() throws Exception {
    Path file = SharedData.alerting("rule-files/rules_multi_doc.yaml");

    assertThat(RuleFiles.load(List.of(file), RuleDefaults.standard()).groups())
        .extracting(RuleGroup::name)
        .containsExactly("multi_doc");
  }

  @Test
  void aBrokenFileIsQuarantinedAndTheOthersLoad() throws IOException {
    Path good = Files.writeString(directory.resolve("a.yaml"), BARE);
    Path broken = Files.writeString(directory.resolve("b.yaml"), "alert: X\nexpr: up ==\n");
    Path missing = directory.resolve("c.yaml");

    RuleSet set = RuleFiles.load(List.of(good, broken, missing), RuleDefaults.standard());

    assertThat(set.groups()).hasSize(1);
    assertThat(set.quarantined())
        .extracting(RuleSet.QuarantinedFile::file)
        .containsExactly(broken.toString(), missing.toString());
    assertThat(set.quarantined().get(0).reason()).contains("b.yaml:2:7").contains("parse error");
  }

  @Test
  void aFileThatBreaksKeepsItsRulesAndANewBrokenOneHasNone() throws IOException {
    Path good = Files.writeString(directory.resolve("a.yaml"), BARE);
    Path breaks = Files.writeString(directory.resolve("b.yaml"), BARE);
    RuleSet former = RuleFiles.load(List.of(good, breaks), RuleDefaults.standard());
    Files.writeString(breaks, "alert: X\nexpr: up ==\n");
    Path isNew = Files.writeString(directory.resolve("c.yaml"), "alert: X\nexpr: up ==\n");

    RuleSet now = RuleFiles.load(List.of(good, breaks, isNew), RuleDefaults.standard());

    assertThat(now.broken(former))
        .extracting(RuleSet.QuarantinedFile::file)
        .containsExactly(breaks.toString());
    RuleSet kept = now.keeping(former);
    assertThat(kept.groups())
        .extracting(RuleGroup::file)
        .containsExactly(good.toString(), breaks.toString());
    assertThat(kept.quarantined()).hasSize(2);
    // Once more broken, it is still the rules of before that are at work.
    assertThat(now.keeping(kept).groups()).hasSize(2);
  }

  @Test
  void aTemplateThatCannotBeParsedIsRefused() {
    assertThatThrownBy(() -> read("{alert: A, expr: up, annotations: {s: '{{ $label.x }}'}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("annotation \"s\"")
        .hasMessageContaining("undefined variable");
  }

  @Test
  void labelsOfAGroupAreThoseOfItsRulesUnlessTheySayOtherwise() throws Exception {
    RuleSet set =
        read(
            """
            groups:
              - name: g
                labels: {team: a, tier: x}
                rules:
                  - {record: r, expr: up, labels: {tier: y}}
            """);

    assertThat(set.groups().get(0).rules().get(0).labels())
        .containsEntry("team", "a")
        .containsEntry("tier", "y");
  }
}

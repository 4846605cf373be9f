package io.hmsops.server.relabel;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.server.config.PrometheusConfigReader;
import io.hmsops.tsdb.labels.Labels;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RelabelerTest {
  private static String relabel(String rules, String... labels) throws Exception {
    String yaml = "scrape_configs: [{job_name: j, relabel_configs: [%s]}]".formatted(rules);
    Labels relabeled =
        new Relabeler(
                PrometheusConfigReader.parse("f", Path.of("."), yaml, Map.of())
                    .scrapeConfigs()
                    .getFirst()
                    .relabelConfigs())
            .apply(Labels.of(labels));
    return relabeled == null ? "dropped" : relabeled.toString();
  }

  @Test
  void replaceWritesGroupsWhereTheWholeValueMatches() throws Exception {
    String rule =
        "{source_labels: [a, b], regex: 'x(.*);(?P<n>y)', target_label: c, replacement: '${n}-$1$$'}";

    assertThat(relabel(rule, "a", "x1", "b", "y"))
        .isEqualTo("" + Labels.of("a", "x1", "b", "y", "c", "y-1$"));
    assertThat(relabel(rule, "a", "zx1", "b", "y")).isEqualTo("" + Labels.of("a", "zx1", "b", "y"));
  }

  @Test
  void anEmptyReplacementRemovesTheLabel() throws Exception {
    assertThat(relabel("{target_label: a, replacement: ''}", "a", "1", "b", "2"))
        .isEqualTo("" + Labels.of("b", "2"));
  }

  @Test
  void theTargetMayHoldGroups() throws Exception {
    assertThat(
            relabel(
                "{source_labels: [a], regex: '(.)(.*)', target_label: 'l_$1', replacement: $2}",
                "a",
                "xyz"))
        .isEqualTo("" + Labels.of("a", "xyz", "l_x", "yz"));
  }

  @Test
  void keepAndDropDecideByTheWholeValue() throws Exception {
    assertThat(relabel("{source_labels: [a], regex: x, action: keep}", "a", "x"))
        .isNotEqualTo("dropped");
    assertThat(relabel("{source_labels: [a], regex: x, action: keep}", "a", "xx"))
        .isEqualTo("dropped");
    assertThat(relabel("{source_labels: [a], regex: x, action: drop}", "a", "x"))
        .isEqualTo("dropped");
    assertThat(relabel("{source_labels: [a], regex: x, action: drop}", "a", "xx"))
        .isNotEqualTo("dropped");
  }

  @Test
  void keepequalAndDropequalCompareWithTheTarget() throws Exception {
    assertThat(
            relabel("{source_labels: [a], target_label: b, action: keepequal}", "a", "1", "b", "1"))
        .isNotEqualTo("dropped");
    assertThat(
            relabel("{source_labels: [a], target_label: b, action: keepequal}", "a", "1", "b", "2"))
        .isEqualTo("dropped");
    assertThat(
            relabel("{source_labels: [a], target_label: b, action: dropequal}", "a", "1", "b", "1"))
        .isEqualTo("dropped");
    assertThat(
            relabel("{source_labels: [a], target_label: b, action: dropequal}", "a", "1", "b", "2"))
        .isNotEqualTo("dropped");
  }

  @Test
  void hashmodIsTheTailOfTheMd5() throws Exception {
    // md5("foo") = acbd18db4cc2f85c edef654fccc4a4d8; 0xedef654fccc4a4d8 mod 1000 = 696.
    assertThat(
            relabel(
                "{source_labels: [a], target_label: h, modulus: 1000, action: hashmod}",
                "a",
                "foo"))
        .isEqualTo("" + Labels.of("a", "foo", "h", "696"));
  }

  @Test
  void labelsAreMappedDroppedAndKeptByName() throws Exception {
    assertThat(relabel("{regex: 'm_(.*)', action: labelmap}", "m_a", "1", "b", "2"))
        .isEqualTo("" + Labels.of("m_a", "1", "a", "1", "b", "2"));
    assertThat(relabel("{regex: 'm_.*', action: labeldrop}", "m_a", "1", "b", "2"))
        .isEqualTo("" + Labels.of("b", "2"));
    assertThat(relabel("{regex: 'm_.*', action: labelkeep}", "m_a", "1", "b", "2"))
        .isEqualTo("" + Labels.of("m_a", "1"));
  }

  @Test
  void caseIsChanged() throws Exception {
    assertThat(relabel("{source_labels: [a], target_label: b, action: lowercase}", "a", "XyZ"))
        .isEqualTo("" + Labels.of("a", "XyZ", "b", "xyz"));
    assertThat(relabel("{source_labels: [a], target_label: b, action: uppercase}", "a", "XyZ"))
        .isEqualTo("" + Labels.of("a", "XyZ", "b", "XYZ"));
  }

  @Test
  void aDotMatchesALineEnd() throws Exception {
    assertThat(relabel("{source_labels: [a], target_label: b}", "a", "1\n2"))
        .isEqualTo("" + Labels.of("a", "1\n2", "b", "1\n2"));
  }
}

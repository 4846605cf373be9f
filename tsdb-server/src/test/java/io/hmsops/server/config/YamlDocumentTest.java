package io.hmsops.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDocumentTest {
  private static YamlMapping parse(String text) throws ConfigException {
    return YamlDocument.parse("f.yml", text).asMapping();
  }

  @Test
  void typedFieldsAreRead() throws ConfigException {
    YamlMapping root = parse("a: 1\nb: yes\nc: 1m30s\nd: [x, 2]\ne:\nf: 1.5\n");

    assertThat(root.integer("a", 7)).isEqualTo(1);
    assertThat(root.bool("b", false)).isTrue();
    assertThat(root.durationMs("c", 0)).isEqualTo(90_000);
    assertThat(root.texts("d")).containsExactly("x", "2");
    assertThat(root.text("e", "absent")).isEqualTo("absent");
    assertThat(root.has("e")).isTrue();
    assertThat(root.number("f", 0)).isEqualTo(1.5);
    assertThat(root.integer("nowhere", 7)).isEqualTo(7);
  }

  @Test
  void anErrorNamesFileLineColumnFoundAndExpected() throws ConfigException {
    YamlMapping root = parse("a: 1\nb:\n  c: [1]\n");
    YamlMapping b = root.required("b").asMapping();

    assertThatThrownBy(() -> b.durationMs("c", 0))
        .hasMessage("f.yml:3:6: found a list, expected a duration such as 30s");
    assertThatThrownBy(() -> root.bool("a", true))
        .hasMessage("f.yml:1:4: found \"1\", expected true or false");
    assertThatThrownBy(() -> root.required("z"))
        .hasMessage("f.yml:1:1: found no \"z\", expected that field");
    assertThatThrownBy(() -> root.rejectUnknown("thing", Set.of("a")))
        .hasMessage("f.yml:2:1: field b not found in type thing");
  }

  @Test
  void aKeyThatStandsTwiceIsRefusedAtItsPlace() {
    assertThatThrownBy(() -> parse("a: 1\nb: 2\na: 3\n"))
        .hasMessage("f.yml:3:1: key \"a\" already set in map");
  }

  @Test
  void brokenYamlIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> parse("a: [1\nb: 2\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("f.yml:2:")
        .hasMessageContaining("not valid YAML");
    assertThatThrownBy(() -> parse("a: b\n---\nc: d\n")).isInstanceOf(ConfigException.class);
  }

  @Test
  void anEmptyFileIsAnEmptyMapping() throws ConfigException {
    assertThat(parse("").names()).isEmpty();
    assertThat(parse("# nothing\n").names()).isEmpty();
  }

  @Test
  void aliasesAndMergeKeysWork() throws ConfigException {
    YamlMapping root = parse("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n");
    YamlMapping y = root.required("y").asMapping();

    assertThat(y.integer("a", 0)).isEqualTo(1);
    assertThat(y.integer("b", 0)).isEqualTo(3);
  }

  @Test
  void aliasesCannotMakeASmallFileHuge() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d, ".formatted(i - 1).repeat(9)).append("*a%d]\n".formatted(i - 1));
    }

    assertThatThrownBy(() -> parse(bomb.toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("more than 1000000 nodes");
  }

  @Test
  void anAliasThatContainsItselfIsRefused() {
    assertThatThrownBy(() -> parse("a: &a [*a]\n")).isInstanceOf(ConfigException.class);
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> parse("a: " + "[".repeat(200_000)))
        .isInstanceOf(ConfigException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0s",
    "0w, 0, 0s",
    "324ms, 324, 324ms",
    "1h30m, 5400000, 1h30m",
    "14d, 1209600000, 2w",
    "3w2d1h, 1990800000, 23d1h",
    "10y, 315360000000, 10y"
  })
  void durationsAreReadAndPrinted(String text, long ms, String canonical) {
    assertThat(Durations.parseMs(text)).isEqualTo(ms);
    assertThat(Durations.format(ms)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({
    "1",
    "1y1m1d",
    "1.5d",
    "d",
    "294y",
    "200y10400w",
    "107675d",
    "2584200h",
    "''",
    "-1h",
    "1h1h"
  })
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> Durations.parseMs(text)).isInstanceOf(IllegalArgumentException.class);
  }
}

package io.hmsops.server.rules.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.server.notify.Json;
import io.hmsops.server.testing.SharedData;
import io.hmsops.tsdb.labels.Labels;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  /** All shared vectors but the one that sets {@code missingkey=error}, which rules never do. */
  private static final int FLOOR = 55;

  private static final long TIMESTAMP_MS = 1_353_755_652_000L;

  private static TemplateContext context(List<QueryResult.Sample> answer) {
    return new TemplateContext(
        "test", TIMESTAMP_MS, "http://testhost:9090/path/prefix", expr -> answer);
  }

  @Test
  void theSharedVectorsExpandAsUpstream() throws Exception {
    String text = Files.readString(SharedData.alerting("templates.json"));
    List<String> failures = new ArrayList<>();
    int passed = 0;
    for (Object element : (List<?>) field(Json.parse(text), "cases")) {
      String failure = run((Map<?, ?>) element);
      if (failure.isEmpty()) {
        passed++;
      } else {
        failures.add(failure);
      }
    }
    System.out.println("templates.json: " + passed + " passed, " + failures.size() + " failed");
    assertThat(passed).as("%s", failures).isGreaterThanOrEqualTo(FLOOR);
  }

  private static Object field(@Nullable Object map, String name) {
    Object value = ((Map<?, ?>) java.util.Objects.requireNonNull(map)).get(name);
    return java.util.Objects.requireNonNull(value, name);
  }

  private static String run(Map<?, ?> vector) {
    String text = String.valueOf(vector.get("text"));
    List<QueryResult.Sample> answer = new ArrayList<>();
    if (vector.get("query_result") instanceof List<?> list) {
      list.forEach(sample -> answer.add(sample((Map<?, ?>) sample)));
    }
    Object expected = vector.get("output");
    try {
      String expanded =
          Template.parse(text, List.of())
              .expand(input(vector.get("input")), Map.of(), context(answer));
      return expanded.equals(expected)
          ? ""
          : "%s: %s (expected: %s)".formatted(text, expanded, expected);
    } catch (TemplateException e) {
      return vector.containsKey("error") ? "" : text + ": " + e.getMessage();
    }
  }

  private static QueryResult.Sample sample(Map<?, ?> sample) {
    Labels.Builder labels = new Labels.Builder();
    ((Map<?, ?>) field(sample, "metric"))
        .forEach((name, value) -> labels.add(String.valueOf(name), String.valueOf(value)));
    double value = ((Number) field(sample, "value")).doubleValue();
    return new QueryResult.Sample(labels.build(), TIMESTAMP_MS, value, null);
  }

  private static @Nullable Object input(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(TemplateTest::input).toList();
    }
    if (value instanceof Map<?, ?> map && map.get("float") instanceof String text) {
      return text.endsWith("Inf")
          ? (text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
          : Double.NaN;
    }
    return value instanceof Map<?, ?> map && map.containsKey("int") ? map.get("int") : value;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "{{ $labels.pod }} at {{ $value | humanize }}@ a-1 at 9.5k",
        "{{ if gt $value 5000.0 }}slow{{ else }}fine{{ end }}@ slow",
        "{{ if eq $labels.pod \"b\" }}b{{ else if eq $labels.pod \"a-1\" }}a{{ end }}@ a",
        "{{ range $name, $v := $labels }}{{ $name }}={{ $v }};{{ end }}@ pod=a-1;",
        "{{ with $labels.pod }}[{{ . }}]{{ end }}@ [a-1]",
        "{{ define \"x\" }}<{{ . }}>{{ end }}{{ template \"x\" $labels.pod }}@ <a-1>",
        "{{ printf \"%.2f %s %q\" $value $labels.pod \"y\" }}@ 9500.00 a-1 \"y\"",
        "a {{- \" b \" -}} c@ a b c",
        "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}@ 2",
        "{{ $labels.missing }}.@ .",
        "{{ .Value }} {{ .Labels.pod }}@ 9500 a-1",
      })
  void alertsSeeTheirLabelsAndValue(String text, String expected) throws Exception {
    TemplateData data = new TemplateData(Labels.of("pod", "a-1"), Labels.EMPTY, "http://ops", 9500);

    String expanded =
        Template.parse(text, TemplateData.VARIABLES)
            .expand(data, data.variables(), context(List.of()));

    assertThat(expanded.strip()).isEqualTo(expected.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "{{ $label.x }}@ undefined variable",
        "{{ nonsense 1 }}@ not defined",
        "{{ if true }}x@ unexpected EOF",
        "{{ .Value | }}@ missing value",
        "{{ .Value @ unclosed",
        "{{ end }}@ unexpected",
        "{{ \"a @ unterminated",
      })
  void aBrokenTemplateIsRefusedWhenParsed(String text, String message) {
    assertThatThrownBy(() -> Template.parse(text, TemplateData.VARIABLES))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(message);
  }

  @Test
  void outputIsBounded() throws Exception {
    Template template =
        Template.parse("{{ range 262144 }}xxxxxxxxxx{{ end }}", TemplateData.VARIABLES);

    assertThatThrownBy(() -> template.expand(null, Map.of(), context(List.of())))
        .hasMessageContaining("longer than");
  }
}

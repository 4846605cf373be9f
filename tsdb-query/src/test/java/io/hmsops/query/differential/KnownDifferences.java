package io.hmsops.query.differential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** In what Prometheus 2.42 is known to differ from 3.14: {@code known-differences.tsv}. */
final class KnownDifferences {
  private static final Pattern HISTOGRAMS = Pattern.compile("\\b(nh[gcf]?|mixed)\\b");

  private final List<Rule> rules;

  /**
   * One difference.
   *
   * @param query what is found in queries that meet it
   * @param difference what is found in the difference
   * @param section where SURFACE.md has the rule of 3.14
   */
  record Rule(Pattern query, Pattern difference, String section) {}

  private KnownDifferences(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * In what 3.14.0 differs from the shared scripts, and from this engine: what {@code
   * docs/query/differences.md} argues. Everything else has to be the same.
   */
  static KnownDifferences ofRelease() {
    return new KnownDifferences(
        List.of(
            new Rule(
                Pattern.compile("\\b(top|bottom)k\\b"),
                Pattern.compile("^series |^\\{[^\\n]* at \\["),
                "8"),
            new Rule(HISTOGRAMS, Pattern.compile("count=NaN"), "6"),
            new Rule(
                HISTOGRAMS,
                Pattern.compile(
                    "^\"vector cannot contain metrics with the same labelset\", other \"\"$"),
                "5"),
            new Rule(
                Pattern.compile(
                    "\\b(predict_linear|quantile_over_time|double_exponential_smoothing)\\b"
                        + ".*\\[[^\\]]*:[^\\]]*\\][^,]*@"),
                Pattern.compile(""),
                "4")));
  }

  static KnownDifferences load() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            KnownDifferences.class.getResourceAsStream("/known-differences.tsv"))) {
      return new KnownDifferences(
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(line -> line.split("\t", -1))
              .map(
                  cells -> new Rule(Pattern.compile(cells[0]), Pattern.compile(cells[1]), cells[2]))
              .toList());
    }
  }

  Optional<Rule> find(String query, String difference) {
    return rules.stream()
        .filter(rule -> rule.query().matcher(query).find())
        .filter(rule -> rule.difference().matcher(difference).find())
        .findFirst();
  }
}

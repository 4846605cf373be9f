package io.hmsops.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * A regular expression over the paths, with others of the same form: a form's cost without any
 * cache is measured on patterns that were never asked before.
 *
 * @param pattern the expression
 * @param negated whether what does not match is counted
 * @param goal CPU-seconds
 * @param others expressions of the same form
 */
record RegexPattern(String pattern, boolean negated, double goal, List<String> others) {

  static List<RegexPattern> all() {
    return List.of(
        new RegexPattern(".*abc.*", false, 0.003, substrings()),
        new RegexPattern("/v1/users/0.*", false, 0.002, prefixes()),
        new RegexPattern(".*/(login|queue)", false, 0.06, suffixes()),
        new RegexPattern(".*[0-9]{4}/visas.*", false, 0.010, digits()),
        new RegexPattern(
            "/v1/.*", true, 0.12, List.of("/v2/.*", "/v3/.*", "/v1/.+", "/v2/.+", "/v3/.+")));
  }

  private static List<String> substrings() {
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      patterns.add(".*%x%x%x.*".formatted(i, (i + 5) % 16, (i + 11) % 16));
    }
    return patterns;
  }

  private static List<String> prefixes() {
    List<String> patterns = new ArrayList<>();
    for (int i = 1; i < 16; i++) {
      patterns.add("/v1/users/%x.*".formatted(i));
    }
    return patterns;
  }

  private static List<String> suffixes() {
    List<String> patterns = new ArrayList<>();
    List<String> leaves = PathLoad.LEAVES;
    for (int i = 1; i < leaves.size(); i++) {
      patterns.add(".*/(%s|%s)".formatted(leaves.get(i), leaves.get((i + 3) % leaves.size())));
    }
    return patterns;
  }

  private static List<String> digits() {
    List<String> patterns = new ArrayList<>();
    for (String leaf : PathLoad.LEAVES.subList(1, PathLoad.LEAVES.size())) {
      patterns.add(".*[0-9]{4}/" + leaf + ".*");
    }
    return patterns;
  }

  /** {@return the query that counts with another expression of the form} */
  String query(String expression) {
    return "count(bench_paths{path%s\"%s\"})".formatted(negated ? "!~" : "=~", expression);
  }
}

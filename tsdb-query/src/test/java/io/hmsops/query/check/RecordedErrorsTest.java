package io.hmsops.query.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What a Prometheus 3.14 says of damaged queries: tokens of those of {@code dashboard-queries.txt}
 * left out, doubled, swapped and put in at random. Each line of {@code parse-errors.txt} has the
 * query, a tab, and the message; line breaks and backslashes are escaped.
 */
class RecordedErrorsTest {
  private static final Set<Feature> FEATURES =
      EnumSet.of(
          Feature.EXPERIMENTAL_FUNCTIONS,
          Feature.EXTENDED_RANGE_SELECTORS,
          Feature.BINOP_FILL_MODIFIERS);

  @Test
  void damagedQueriesAreRefusedInTheSameWords() throws Exception {
    List<String> different = new ArrayList<>();
    List<String> lines = lines();
    for (String line : lines) {
      String[] parts = line.split("\t", -1);
      String query = parts[0].translateEscapes();
      String found = message(query);
      if (!found.equals(parts[1].translateEscapes())) {
        different.add("%s%n  expected: %s%n  found:    %s".formatted(query, parts[1], found));
      }
    }
    assertThat(lines).hasSizeGreaterThan(1_000);
    assertThat(different).as(String.join("\n", different)).isEmpty();
  }

  private static String message(String query) {
    try {
      Language.parse(query, FEATURES);
      return "none";
    } catch (ParseException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static List<String> lines() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(RecordedErrorsTest.class.getResourceAsStream("/parse-errors.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}

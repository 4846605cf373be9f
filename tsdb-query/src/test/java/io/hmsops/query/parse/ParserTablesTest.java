package io.hmsops.query.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Language;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the parser learns is bounded, and forgetting it changes nothing. */
class ParserTablesTest {
  @Test
  void largeTablesAreReplaced() throws Exception {
    ParserTables before = ParserTables.current();
    before.replaceIfLarge(0);
    ParserTables after = ParserTables.current();
    assertThat(after).isNotSameAs(before);
    assertThat(after.size()).isZero();

    assertThat(PromQL.parse("sum by (a) (rate(x[5m]))", Language.dialect(Set.of()))).isNotNull();

    assertThat(after.size()).isPositive();
    after.replaceIfLarge(ParserTables.MAX_STATES);
    assertThat(ParserTables.current()).isSameAs(after);
  }

  @Test
  void manyKindsOfQueriesStayFarBelowTheLimit() throws Exception {
    Random random = new Random(42);
    String[] parts = {
      "x",
      "-",
      "+",
      "(x)",
      "sum(x)",
      "x[5m]",
      "x offset 5m",
      "^",
      "* on (a)",
      "{a=\"b\"}",
      "1",
      "by"
    };
    int largest = 0;
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(12); part >= 0; part--) {
        text.append(parts[random.nextInt(parts.length)]).append(' ');
      }
      try {
        PromQL.parse(text.toString(), Language.dialect(Set.of()));
      } catch (ParseException e) {
        // What is learned from a wrong query counts as well.
      }
      largest = Math.max(largest, ParserTables.current().size());
    }
    assertThat(largest).isLessThanOrEqualTo(ParserTables.MAX_STATES);
  }
}

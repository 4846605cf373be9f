package io.hmsops.query.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.print.Printer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of several mistakes the first is reported; and some things that look like mistakes are none. */
class FirstErrorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          unknown(x) +             | 1:1: parse error: unknown function with name "unknown"
          1 + unknown(x) y         | 1:5: parse error: unknown function with name "unknown"
          1 + unknown(x            | 1:14: parse error: unclosed left parenthesis
          sum(x, y) +              | 1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2
          1 offset 5m + (          | 1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery
          x[0s] +                  | 1:3: parse error: duration must be greater than 0
          x{a=~"("} y              | 1:3: parse error: error parsing regexp: missing closing ): `(`
          x{a=~"(", b              | 1:3: parse error: error parsing regexp: missing closing ): `(`
          unknown(x) ~             | 1:1: parse error: unknown function with name "unknown"
          abs(x, ) +               | 1:6: parse error: trailing commas not allowed in function call args
          abs() + sum(             | 1:13: parse error: unclosed left parenthesis
          x offset 1m offset 2m    | 1:1: parse error: offset may not be set multiple times
          x[step():1m]             | 1:10: parse error: unexpected colon before duration in duration expression
          sum by ("") (x)          | 1:9: parse error: invalid label name for grouping: ""
          sum by ("a\\xffb") (x)   | 1:9: parse error: invalid label name for grouping: "a\\xffb"
          """)
  void theFirstMistakeIsReported(String query, String message) {
    assertThatThrownBy(() -> Language.parse(query, Set.of(Feature.EXPERIMENTAL_FUNCTIONS)))
        .isInstanceOf(ParseException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          x offset 0 offset 1m      | x offset 1m
          {a="b\\xff"}              | {a="b\\xff"}
          "\\xe4\\xf6\\x00 \\u00a0ä"| "\\xe4\\xf6\\x00 \\u00a0ä"
          """)
  void thisIsNoMistake(String query, String printed) throws ParseException {
    assertThat(Printer.print(Language.parse(query, Set.of()))).isEqualTo(printed);
  }

  @Test
  void bytesThatAreNotUtf8AreNotTheReplacementCharacter() throws ParseException {
    assertThat(Language.parse("\"\\xff\"", Set.of()))
        .isNotEqualTo(Language.parse("\"\\ufffd\"", Set.of()));
  }
}

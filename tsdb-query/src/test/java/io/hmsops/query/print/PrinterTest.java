package io.hmsops.query.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.testing.JsonCase;
import io.hmsops.query.testing.SharedData;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PrinterTest {
  private static final EnumSet<Feature> FEATURES = EnumSet.allOf(Feature.class);

  /** The line limit with which the shared layouts were made. */
  private static final int SHORT_LINE_BYTES = 10;

  @TestFactory
  Stream<DynamicTest> canonicalTexts() {
    return JsonCase.cases(SharedData.promql("parse/canonical-string.json")).stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.text("in"),
                    () ->
                        assertThat(Printer.print(Language.parse(vector.text("in"), FEATURES)))
                            .isEqualTo(vector.text("out"))));
  }

  @TestFactory
  Stream<DynamicTest> prettyTexts() {
    PrettyPrinter printer = new PrettyPrinter(SHORT_LINE_BYTES);
    return JsonCase.cases(SharedData.promql("parse/pretty.json")).stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.text("in"),
                    () ->
                        assertThat(printer.print(Language.parse(vector.text("in"), FEATURES)))
                            .isEqualTo(vector.text("out"))));
  }

  @Test
  void numbersHaveTheShortestDigits() {
    assertThat(GoNumbers.shortest(0.05)).isEqualTo("0.05");
    assertThat(GoNumbers.shortest(1e21)).isEqualTo("1e+21");
    assertThat(GoNumbers.shortest(123456789012345680000.0)).isEqualTo("123456789012345680000");
    assertThat(GoNumbers.shortest(-1.5e-5)).isEqualTo("-1.5e-05");
    assertThat(GoNumbers.shortest(0.0001)).isEqualTo("0.0001");
    assertThat(GoNumbers.shortest(-0.0)).isEqualTo("-0");
    assertThat(GoNumbers.plain(1e21)).isEqualTo("1000000000000000000000");
    assertThat(GoNumbers.plain(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
  }

  @Test
  void aSelectorKeepsItsQuotedName() throws ParseException {
    assertThat(Printer.print(Language.parse("{\"my.metric\", \"la bel\"='x\"'}", FEATURES)))
        .isEqualTo("{\"la bel\"=\"x\\\"\",__name__=\"my.metric\"}");
  }
}

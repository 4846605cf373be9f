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
  void fillsAreShownWithFewDigits() throws ParseException {
    String text = "a + fill_left(1000000) fill_right(0.00001) b";
    assertThat(Printer.print(Language.parse(text, FEATURES)))
        .isEqualTo("a + fill_left (1e+06) fill_right (1e-05) b");
    assertThat(Printer.print(Language.parse("a + fill(NaN) b", FEATURES)))
        .isEqualTo("a + fill_left (NaN) fill_right (NaN) b");
  }

  @Test
  void modifiersHaveTheirOrder() throws ParseException {
    assertThat(Printer.print(Language.parse("x smoothed offset 1m @ 5", FEATURES)))
        .isEqualTo("x @ 5.000 smoothed offset 1m");
    assertThat(Printer.print(Language.parse("x[1m] smoothed offset 1m @ 5", FEATURES)))
        .isEqualTo("x[1m] smoothed @ 5.000 offset 1m");
  }

  @Test
  void durationsAreCutToMilliseconds() throws ParseException {
    assertThat(Printer.print(Language.parse("x[0.0019] offset --1m", FEATURES)))
        .isEqualTo("x[1ms] offset 1m");
    assertThat(Printer.print(Language.parse("rate(x[1s1ms]) + 1s1ms", FEATURES)))
        .isEqualTo("rate(x[1s1ms]) + 1s");
  }

  @Test
  void aSelectorKeepsItsQuotedName() throws ParseException {
    assertThat(Printer.print(Language.parse("{\"my.metric\", \"la bel\"='x\"'}", FEATURES)))
        .isEqualTo("{\"la bel\"=\"x\\\"\",__name__=\"my.metric\"}");
  }
}

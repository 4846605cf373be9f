package io.hmsops.query.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.query.testing.JsonCase;
import io.hmsops.query.testing.SharedData;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is printed reads back as the same tree, spans aside. */
class RoundTripTest {
  private static final Set<Feature> FEATURES = EnumSet.allOf(Feature.class);
  private static final int TREES_PER_SEED = 500;

  private static Expr parse(String text) {
    try {
      return PromQL.parse(text, Language.dialect(FEATURES));
    } catch (ParseException e) {
      throw new AssertionError(text, e);
    }
  }

  private static String withoutSpans(Expr expr) {
    return expr.toString().replaceAll("Span\\[start=\\d+, end=\\d+]", "");
  }

  static LongStream seeds() {
    long seed = Long.getLong("seed", 0);
    return seed != 0 ? LongStream.of(seed) : LongStream.rangeClosed(1, 8);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomTreesReadBack(long seed) {
    RandomExpressions random = new RandomExpressions(seed, FEATURES);
    for (int i = 0; i < TREES_PER_SEED; i++) {
      Expr tree = random.next();
      String text = Printer.print(tree);
      assertThat(withoutSpans(parse(text)))
          .as("seed=%d, tree %d: %s", seed, i, text)
          .isEqualTo(withoutSpans(tree));
      // The layout on several lines says the same.
      assertThat(Printer.print(parse(new PrettyPrinter(20).print(tree)))).isEqualTo(text);
    }
  }

  @Test
  void sharedExpressionsReadBack() {
    Stream.of("expressions", "canonical-string", "pretty")
        .flatMap(file -> JsonCase.cases(SharedData.promql("parse/" + file + ".json")).stream())
        .filter(vector -> !vector.has("ok") || vector.get("ok").equals(true))
        .map(vector -> vector.text(vector.has("in") ? "in" : "input"))
        .forEach(RoundTripTest::printsTheSameTwice);
  }

  private static void printsTheSameTwice(String text) {
    // Printing sorts matchers and normalises literals, so the second tree is the fixed point.
    Expr tree = parse(Printer.print(parse(text)));
    String again = Printer.print(tree);
    assertThat(withoutSpans(parse(again))).as(text).isEqualTo(withoutSpans(tree));
  }
}

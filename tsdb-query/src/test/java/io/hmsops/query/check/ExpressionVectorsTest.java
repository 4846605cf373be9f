package io.hmsops.query.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.Position;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.testing.JsonCase;
import io.hmsops.query.testing.SharedData;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every expression of the shared vectors is accepted or refused, with the text and the place. */
class ExpressionVectorsTest {
  /** The vectors were made with everything enabled except fill modifiers. */
  private static final Set<Feature> FEATURES =
      EnumSet.complementOf(EnumSet.of(Feature.BINOP_FILL_MODIFIERS));

  @TestFactory
  Stream<DynamicTest> expressions() {
    return JsonCase.cases(SharedData.promql("parse/expressions.json")).stream()
        .map(
            vector -> {
              String input = input(vector);
              return DynamicTest.dynamicTest(name(input), () -> check(vector, input));
            });
  }

  private static String name(String input) {
    return input.isEmpty() ? "(empty)" : input.substring(0, Math.min(100, input.length()));
  }

  private static String input(JsonCase vector) {
    if (vector.get("input") instanceof String text) {
      return text;
    }
    byte[] bytes = Base64.getDecoder().decode(vector.object("input").text("base64"));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void check(JsonCase vector, String input) throws ParseException {
    if (vector.get("ok").equals(true)) {
      assertThat(Language.parse(input, FEATURES)).isNotNull();
      return;
    }
    JsonCase first = vector.objects("errors").getFirst();
    String position =
        input.isEmpty() ? "unknown position" : Position.of(input, first.number("start")).toString();
    assertThatThrownBy(() -> Language.parse(input, FEATURES))
        .isInstanceOf(ParseException.class)
        .hasMessageStartingWith(position + ": parse error: ")
        .hasMessageEndingWith(first.has("message") ? first.text("message") : "");
  }
}

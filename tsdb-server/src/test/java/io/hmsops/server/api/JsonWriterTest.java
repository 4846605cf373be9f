package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.testing.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

class JsonWriterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final JsonWriter json = new JsonWriter(bytes);

  private String written() {
    json.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(random.nextInt(20) == 0 ? 40_000 : 20);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(random.nextInt(10) == 0 ? 6 : 2)) {
        case 2 -> text.append((char) random.nextInt(0x20));
        case 3 -> text.append(random.nextBoolean() ? '"' : '\\');
        case 4 -> text.append((char) random.nextInt(0x7f, 0x900));
        case 5 -> text.appendCodePoint(random.nextInt(0x1_0000, 0x10_ffff));
        default -> text.append((char) random.nextInt('!', '~'));
      }
    }
    return text.toString();
  }

  @Test
  void textsAreEscapedAsByTheGeneralWriter() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    try (JsonGenerator general =
        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), expected)) {
      general.writeStartArray();
      json.writeStartArray();
      for (int i = 0; i < 2000; i++) {
        String text = text(random);
        general.writeString(text);
        json.writeString(text);
      }
      general.writeEndArray();
      json.writeEndArray();
    }
    assertThat(written()).as("seed=%d", seed).isEqualTo(expected.toString(StandardCharsets.UTF_8));
  }

  @Test
  void halfASurrogatePairIsReplaced() {
    json.writeString("a\ud83d");
    assertThat(written()).isEqualTo("\"a\ufffd\"");
  }

  @Test
  void commasStandBetweenValuesOnly() {
    json.writeStartObject();
    json.writeStringProperty("a", "b");
    json.writeArrayPropertyStart("list");
    json.writeStartArray();
    json.writeEndArray();
    json.writeNumber(-5);
    json.writePoint(1500, 0.25);
    json.writeStartPoint(2000);
    json.writeStartObject();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndArray();
    json.writeObjectPropertyStart("empty");
    json.writeEndObject();
    json.writeNumberProperty("n", 1);
    json.writeNumberProperty("d", 0.5);
    json.writeName("v");
    json.writeValue(Double.NaN);
    json.writeEndObject();
    assertThat(written())
        .isEqualTo(
            "{\"a\":\"b\",\"list\":[[],-5,[1.500,\"0.25\"],[2,{}]],\"empty\":{},\"n\":1,\"d\":0.5,\"v\":\"NaN\"}");
  }
}

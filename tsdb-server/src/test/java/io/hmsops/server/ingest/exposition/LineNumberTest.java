package io.hmsops.server.ingest.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineNumberTest {
  private final LineNumber number = new LineNumber();

  private int read(String text) {
    byte[] bytes = ("x " + text).getBytes(StandardCharsets.ISO_8859_1);
    return number.read(bytes, 2, bytes.length);
  }

  @Test
  void readsTheNearestDouble() {
    long seed = Long.getLong("seed", 9);
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      double value =
          switch (random.nextInt(4)) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextLong(1L << (1 + random.nextInt(62)));
            case 2 -> random.nextInt(1_000_000) / 1000.0;
            default -> random.nextDouble();
          };
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        continue;
      }
      String text =
          switch (random.nextInt(4)) {
            case 0 -> Double.toString(value);
            case 1 -> new java.math.BigDecimal(value).toPlainString();
            case 2 -> String.format(Locale.ROOT, "%.17g", value);
            default ->
                "%s%d.%de%d"
                    .formatted(
                        random.nextBoolean() ? "-" : "",
                        random.nextInt(1000),
                        random.nextInt(1_000_000),
                        random.nextInt(50) - 25);
          };
      assertThat(read(text + "\n")).as("seed=%d, %s", seed, text).isEqualTo(2 + text.length());
      assertThat(Double.doubleToRawLongBits(number.value()))
          .as("seed=%d, %s", seed, text)
          .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
    }
  }

  @Test
  void readsWordsAsTheOtherReaderDoes() {
    assertThat(read("+Inf\n")).isPositive();
    assertThat(number.value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(read("-inf\n")).isPositive();
    assertThat(number.value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(read("NaN\n")).isPositive();
    assertThat(Double.doubleToRawLongBits(number.value())).isEqualTo(0x7ff8000000000001L);
    assertThat(read("-0\n")).isPositive();
    assertThat(Double.doubleToRawLongBits(number.value())).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void leavesEverythingElseToTheOtherReader() {
    for (String text :
        List.of(
            "",
            "\n",
            "-\n",
            ".\n",
            "1",
            "1 2\n",
            "1e\n",
            "1e+\n",
            "e5\n",
            "0x10\n",
            "1_0\n",
            "1p3\n",
            "1e99999\n",
            "1 # {a=\"b\"} 1\n",
            "{a=\"b\"} 1\n",
            "1\r\n",
            "1.2.3\n",
            "--1\n",
            "inf.\n")) {
      assertThat(read(text)).as(text).isEqualTo(-1);
    }
  }
}

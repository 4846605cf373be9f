package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.testing.Seeds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
  /** The decimal of the fewest digits that reads back the same, the nearest of them. */
  private static BigDecimal shortest(double magnitude) {
    BigDecimal exact = new BigDecimal(magnitude);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == magnitude) {
        return rounded.stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  private static String reference(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }
    String sign = value < 0 || 1 / value < 0 ? "-" : "";
    double magnitude = Math.abs(value);
    if (magnitude == 0) {
      return sign + "0";
    }
    BigDecimal decimal = shortest(magnitude);
    if (magnitude >= 1e-6 && magnitude < 1e21) {
      return sign + decimal.toPlainString();
    }
    String digits = decimal.unscaledValue().toString();
    int power = digits.length() - 1 - decimal.scale();
    return "%s%s%s%se%s%02d"
        .formatted(
            sign,
            digits.charAt(0),
            digits.length() > 1 ? "." : "",
            digits.substring(1),
            power < 0 ? "-" : "+",
            Math.abs(power));
  }

  private static double random(Random random) {
    double sign = random.nextBoolean() ? 1 : -1;
    return sign
        * switch (random.nextInt(8)) {
          case 0 -> Double.longBitsToDouble(random.nextLong());
          case 1 -> random.nextInt();
          case 2 -> random.nextLong();
          case 3 -> random.nextInt(1_000_000) / 1000.0;
          case 4 -> random.nextLong(1L << 52) / Math.pow(10, random.nextInt(12));
          case 5 -> random.nextDouble();
          case 6 -> Math.nextUp(random.nextInt(100_000) / 100.0);
          default -> Math.pow(10, random.nextInt(-30, 30)) * random.nextInt(1, 2000);
        };
  }

  @Test
  void anyDoubleIsWrittenAsItsShortestDecimal() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      double value = random(random);
      String text = SampleNumbers.value(value);
      assertThat(text).as("seed=%d, %s", seed, value).isEqualTo(reference(value));
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(text)).as("seed=%d", seed).isEqualTo(value);
        assertThat(new BigDecimal(SampleNumbers.exponent(value)))
            .as("seed=%d", seed)
            .isEqualByComparingTo(new BigDecimal(text));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "-0.0, -0",
    "123456.789, 123456.789",
    "999999999999999.9, 999999999999999.9",
    "9007199254740993, 9007199254740992",
    "9007199254740992, 9007199254740992",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "-1.5e21, -1.5e+21",
    "0.000001, 0.000001",
    "9.99e-7, 9.99e-07",
    "4.9e-324, 5e-324",
    "9.9e-324, 1e-323",
    "1e23, 1e+23",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "0.30000000000000004, 0.30000000000000004"
  })
  void hardDoubles(double value, String text) {
    assertThat(SampleNumbers.value(value)).isEqualTo(text);
  }

  @Test
  void wholeNumbersAndTimes() {
    byte[] text = new byte[NumberText.MAX_BYTES];
    for (long bound = 1; bound > 0 && bound <= Long.MAX_VALUE / 10; bound *= 10) {
      for (long number : new long[] {bound - 1, bound, bound + 1, -bound, 7 * bound / 3}) {
        int end = NumberText.write(number, text, 0);
        assertThat(new String(text, 0, end, StandardCharsets.US_ASCII))
            .isEqualTo(Long.toString(number));
      }
    }
    for (long number : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
      int end = NumberText.write(number, text, 0);
      assertThat(new String(text, 0, end, StandardCharsets.US_ASCII))
          .isEqualTo(Long.toString(number));
    }
    assertThat(SampleNumbers.timestamp(1_700_000_000_000L)).isEqualTo("1700000000");
    assertThat(SampleNumbers.timestamp(1_700_000_000_050L)).isEqualTo("1700000000.050");
    assertThat(SampleNumbers.timestamp(-1)).isEqualTo("-0.001");
    assertThat(SampleNumbers.timestamp(-1001)).isEqualTo("-1.001");
    assertThat(SampleNumbers.timestamp(Long.MIN_VALUE)).isEqualTo("-9223372036854775.808");
  }
}

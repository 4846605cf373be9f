package io.hmsops.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.testing.JsonCase;
import io.hmsops.query.testing.SharedData;
import io.hmsops.tsdb.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Kernels over plain numbers. */
class KernelsTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-12);

  @Test
  void aSumKeepsWhatPlainAdditionLoses() {
    KahanSum sum = new KahanSum();
    for (double value : new double[] {1, 1e100, 1, -1e100}) {
      sum.add(value);
    }
    assertThat(sum.value()).isEqualTo(2);
  }

  @Test
  void aMeanSurvivesSumsBeyondTheDoubles() {
    Mean mean = new Mean();
    mean.add(Double.MAX_VALUE);
    mean.add(Double.MAX_VALUE);
    mean.add(Double.MAX_VALUE);
    assertThat(mean.value() / Double.MAX_VALUE).isCloseTo(1, CLOSE);
  }

  @Test
  void quantilesLieBetweenRanksAndNanIsLowest() {
    assertThat(Quantile.of(0.5, new double[] {4, 1, 3, 2}, 4)).isEqualTo(2.5);
    assertThat(Quantile.of(0.75, new double[] {Double.NaN, 1, 3, 2, 4}, 5)).isEqualTo(3);
    assertThat(Quantile.of(0, new double[] {Double.NaN, 1}, 2)).isNaN();
    assertThat(Quantile.of(-1, new double[] {1}, 1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Quantile.of(2, new double[] {1}, 1)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  private static ClassicBuckets buckets(double... boundsAndCounts) {
    ClassicBuckets buckets = new ClassicBuckets();
    for (int i = 0; i < boundsAndCounts.length; i += 2) {
      buckets.add(boundsAndCounts[i], boundsAndCounts[i + 1]);
    }
    buckets.prepare();
    return buckets;
  }

  @Test
  void classicQuantilesAreLinearWithinABucket() {
    ClassicBuckets buckets = buckets(1, 10, 2, 20, Double.POSITIVE_INFINITY, 20);

    assertThat(buckets.quantile(0.75)).isEqualTo(1.5);
    assertThat(buckets.quantile(1)).isEqualTo(2);
    assertThat(buckets.fraction(0, 1.5)).isEqualTo(0.75);
    assertThat(buckets.repaired()).isFalse();
  }

  @Test
  void aFallingCountIsLevelledAndNoted() {
    ClassicBuckets buckets = buckets(1, 10, 2, 8, Double.POSITIVE_INFINITY, 20);

    assertThat(buckets.repaired()).isTrue();
    assertThat(buckets.repairedMin()).isEqualTo(2);
    assertThat(buckets.repairedDifference()).isEqualTo(2);
  }

  @Test
  void bucketsWithoutInfinityHaveNoQuantile() {
    assertThat(buckets(1, 10, 2, 20).quantile(0.5)).isNaN();
  }

  @Test
  void numbersArePrintedAsGoDoes() {
    assertThat(GoFormat.general(1e6)).isEqualTo("1e+06");
    assertThat(GoFormat.general(123456)).isEqualTo("123456");
    assertThat(GoFormat.general(0.0001)).isEqualTo("0.0001");
    assertThat(GoFormat.general(0.00001)).isEqualTo("1e-05");
    assertThat(GoFormat.general(-0.0)).isEqualTo("-0");
    assertThat(GoFormat.general(2.5e-9, 2)).isEqualTo("2.5e-09");
    assertThat(GoFormat.plain(1e21)).isEqualTo("1000000000000000000000");
    assertThat(GoFormat.plain(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
    assertThat(GoFormat.openMetrics(1)).isEqualTo("1.0");
    assertThat(GoFormat.openMetrics(0.5)).isEqualTo("0.5");
  }

  @Test
  void logarithmsOfPowersOfTwoAreExact() {
    for (int exponent = -1074; exponent < 1024; exponent++) {
      assertThat(FloatMath.log2(Math.scalb(1.0, exponent))).isEqualTo(exponent);
    }
  }

  @Test
  void inverseHyperbolicFunctionsUndoTheHyperbolicOnes() {
    for (double x : new double[] {1e-12, 0.3, 1, 5, 17}) {
      assertThat(FloatMath.asinh(Math.sinh(x))).isCloseTo(x, CLOSE);
      assertThat(FloatMath.asinh(-Math.sinh(x))).isCloseTo(-x, CLOSE);
    }
    assertThat(FloatMath.acosh(Math.cosh(3))).isCloseTo(3, CLOSE);
    assertThat(FloatMath.acosh(0.5)).isNaN();
    assertThat(FloatMath.atanh(Math.tanh(0.7))).isCloseTo(0.7, CLOSE);
    assertThat(FloatMath.atanh(1)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void powersFollowC() {
    assertThat(FloatMath.pow(1, Double.NaN)).isEqualTo(1);
    assertThat(FloatMath.pow(-1, Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(FloatMath.pow(2, 10)).isEqualTo(1024);
  }

  @Test
  void hashesMatchThePublishedVectors() {
    assertThat(LabelHash.xxHash64(new byte[0])).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(LabelHash.xxHash64("a".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(LabelHash.xxHash64("abc".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(0x44BC2CF5AD770999L);
  }

  @Test
  void labelHashesMatchTheReference() {
    List<JsonCase> cases = JsonCase.cases(SharedData.promql("extra/label-hash.json"));
    assertThat(cases).isNotEmpty();
    for (JsonCase vector : cases) {
      Labels.Builder labels = new Labels.Builder();
      vector.object("labels").members().forEach((name, value) -> labels.add(name, text(value)));
      assertThat(Long.toHexString(LabelHash.of(labels.build())))
          .as("%s", vector.members())
          .isEqualTo(vector.text("hash").replaceFirst("^0+", ""));
    }
  }

  /** A value as it stands, or {@code {"repeat": "x", "times": 254}}. */
  private static String text(@Nullable Object value) {
    return value instanceof Map<?, ?> repeated
        ? String.valueOf(repeated.get("repeat"))
            .repeat(((Double) Objects.requireNonNull(repeated.get("times"))).intValue())
        : String.valueOf(value);
  }
}

package io.hmsops.tsdb.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Sums, differences, resets and trims of native histograms, on cases worked out by hand. */
class HistogramArithmeticTest {
  private static final int[] NONE = {};
  private static final double[] NO_BUCKETS = {};

  private static Histogram exponential(
      int schema, double zeroThreshold, double zeroCount, int firstIndex, double... buckets) {
    double count = zeroCount;
    for (double bucket : buckets) {
      count += bucket;
    }
    int[] spans = buckets.length == 0 ? NONE : new int[] {firstIndex, buckets.length};
    return new Histogram(
        schema,
        zeroThreshold,
        zeroCount,
        count,
        count * 2,
        spans,
        buckets,
        NONE,
        NO_BUCKETS,
        NO_BUCKETS,
        CounterResetHint.UNKNOWN,
        false);
  }

  private static Histogram custom(double[] bounds, double... buckets) {
    double count = 0;
    for (double bucket : buckets) {
      count += bucket;
    }
    return new Histogram(
        Histogram.CUSTOM_SCHEMA,
        0,
        0,
        count,
        count,
        new int[] {0, buckets.length},
        buckets,
        NONE,
        NO_BUCKETS,
        bounds,
        CounterResetHint.UNKNOWN,
        false);
  }

  @Test
  void boundsAreExactForPowersOfTwo() {
    assertThat(ExponentialBounds.upper(0, 3)).isEqualTo(8);
    assertThat(ExponentialBounds.upper(8, 512)).isEqualTo(4);
    assertThat(ExponentialBounds.upper(-2, 1)).isEqualTo(16);
    assertThat(ExponentialBounds.upper(1, -1)).isBetween(0.7071067811865475, 0.7071067811865476);
  }

  @Test
  void theLastFiniteBoundIsTheLargestDouble() {
    assertThat(ExponentialBounds.upper(0, 1024)).isEqualTo(Double.MAX_VALUE);
    assertThat(ExponentialBounds.upper(0, 1025)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(ExponentialBounds.upper(3, 8 * 1024 + 1)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void aSumOfDifferentSchemasHasTheCoarserOne() {
    // Buckets 1 and 2 of schema 1 are the halves of bucket 1 of schema 0.
    Histogram sum =
        new HistogramSum(exponential(1, 0, 0, 1, 3, 4)).add(exponential(0, 0, 0, 1, 5)).result();

    assertThat(sum.schema()).isZero();
    assertThat(sum.positiveSpans()).containsExactly(1, 1);
    assertThat(sum.positiveBuckets()).containsExactly(12);
    assertThat(sum.count()).isEqualTo(12);
  }

  @Test
  void aWiderZeroBucketSwallowsBucketsAndGrowsToTheEndOfOneItCuts() {
    // (0.5, 1] and (1, 2]; a zero bucket up to 0.75 cuts the first, so it grows to 1.
    Histogram sum =
        new HistogramSum(exponential(0, 0.1, 1, 0, 10, 20))
            .add(exponential(0, 0.75, 2, 5, 7))
            .result();

    assertThat(sum.zeroThreshold()).isEqualTo(1);
    assertThat(sum.zeroCount()).isEqualTo(13);
    assertThat(sum.positiveSpans()).containsExactly(1, 1, 3, 1);
    assertThat(sum.positiveBuckets()).containsExactly(20, 7);
  }

  @Test
  void differentCustomBoundsMeetAtThoseThatBothHave() {
    HistogramSum sum =
        new HistogramSum(custom(new double[] {1, 2, 4}, 1, 2, 3, 4))
            .add(custom(new double[] {2, 4, 8}, 10, 20, 30, 40));

    assertThat(sum.boundsReconciled()).isTrue();
    assertThat(sum.result().customBounds()).containsExactly(2, 4);
    assertThat(sum.result().positiveBuckets()).containsExactly(13, 23, 74);
  }

  @Test
  void customAndExponentialDoNotMeet() {
    HistogramSum sum = new HistogramSum(exponential(0, 0, 0, 0, 1));
    Histogram other = custom(new double[] {1}, 1, 1);

    assertThat(sum.accepts(other)).isFalse();
    assertThatThrownBy(() -> sum.add(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-53");
  }

  @Test
  void smallNumbersSurviveBetweenLargeOnes() {
    HistogramSum sum = new HistogramSum(exponential(0, 0, 0, 0, 1e16));
    sum.add(exponential(0, 0, 0, 0, 1)).add(exponential(0, 0, 0, 0, 1));
    sum.subtract(exponential(0, 0, 0, 0, 1e16));

    assertThat(sum.result().positiveBuckets()).containsExactly(2);
    assertThat(sum.result().count()).isEqualTo(2);
  }

  @Test
  void hintsMeetAsDocumented() {
    Histogram reset = exponential(0, 0, 0, 0, 1).withResetHint(CounterResetHint.RESET);
    Histogram notReset = reset.withResetHint(CounterResetHint.NOT_RESET);
    Histogram gauge = reset.withResetHint(CounterResetHint.GAUGE);

    HistogramSum collided = new HistogramSum(reset).add(notReset);
    assertThat(collided.resetsCollided()).isTrue();
    assertThat(collided.result().resetHint()).isEqualTo(CounterResetHint.UNKNOWN);
    assertThat(new HistogramSum(reset).add(gauge).result().resetHint())
        .isEqualTo(CounterResetHint.GAUGE);
    assertThat(new HistogramSum(reset).add(reset).result().resetHint())
        .isEqualTo(CounterResetHint.RESET);
  }

  @Test
  void aFallenBucketIsAResetEvenIfTheCountGrew() {
    Histogram before = exponential(0, 0, 0, 0, 5, 5);

    assertThat(HistogramMath.isReset(exponential(0, 0, 0, 0, 6, 6), before)).isFalse();
    assertThat(HistogramMath.isReset(exponential(0, 0, 0, 0, 4, 9), before)).isTrue();
    assertThat(HistogramMath.isReset(exponential(1, 0, 0, 0, 50, 50), before)).isTrue();
    assertThat(
            HistogramMath.isReset(
                exponential(0, 0, 0, 0, 4, 9).withResetHint(CounterResetHint.NOT_RESET), before))
        .isFalse();
  }

  @Test
  void emptyBucketsDoNotMakeHistogramsDifferent() {
    Histogram plain = exponential(0, 0, 0, 1, 3);
    Histogram padded = exponential(0, 0, 0, 0, 0, 3, 0);

    assertThat(HistogramMath.same(plain, padded)).isTrue();
    assertThat(HistogramMath.same(plain, exponential(0, 0, 0, 2, 3))).isFalse();
  }

  @Test
  void aTrimSplitsTheBucketThatHoldsTheBound() {
    // (1, 2], (2, 4]: √8 is half of the second on the logarithmic scale.
    Histogram trimmed = HistogramTrim.trim(exponential(0, 0, 0, 1, 10, 20), Math.sqrt(8), true);

    assertThat(trimmed.positiveBuckets()[0]).isEqualTo(10);
    assertThat(trimmed.positiveBuckets()[1])
        .isCloseTo(10, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(trimmed.count()).isCloseTo(20, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void aTrimThatChangesNothingLeavesCountAndSum() {
    Histogram whole = exponential(0, 0, 0, 1, 10, 20);

    assertThat(HistogramTrim.trim(whole, 100, true).sum()).isEqualTo(whole.sum());
    assertThat(HistogramTrim.trim(whole, 0, false).count()).isEqualTo(whole.count());
  }

  @Test
  void customBucketsAreSplitLinearly() {
    Histogram trimmed = HistogramTrim.trim(custom(new double[] {10, 20}, 4, 8, 1), 15, true);

    assertThat(trimmed.positiveBuckets()).containsExactly(4, 4);
    assertThat(trimmed.count()).isEqualTo(8);
    assertThat(trimmed.sum()).isEqualTo(4 * 5 + 4 * 12.5);
  }

  @Test
  void whatIsAboveTheBoundIsWhatIsNotBelow() {
    // (0.5, 2]: a third is below 1.
    Histogram trimmed = HistogramTrim.trim(custom(new double[] {0.5, 2}, 0, 110), 1, false);

    assertThat(trimmed.positiveBuckets()).containsExactly(110 - 110 * (0.5 / 1.5));
  }

  @Test
  void nothingOfInfiniteBucketsIsOnOneSideOfNan() {
    Histogram whole = custom(new double[] {-2, -1}, 1, 2, 3);

    assertThat(HistogramTrim.trim(whole, Double.NaN, true).count()).isZero();
    assertThat(HistogramTrim.trim(whole, Double.NaN, false).count()).isZero();
    assertThat(HistogramTrim.trim(whole, Double.NEGATIVE_INFINITY, true).count()).isZero();
    assertThat(HistogramTrim.trim(whole, Double.NEGATIVE_INFINITY, false).count()).isEqualTo(6);
  }

  @Test
  void negativeZerosStay() {
    Histogram negated = new HistogramSum(custom(new double[] {1})).multiply(-1).result();

    assertThat(Double.doubleToRawLongBits(negated.count()))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
  }
}

package io.hmsops.tsdb.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.storage.SampleBatch;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedFloatsTest {
  private static final int ROOM = 1_000;

  /** Where chunks begin in the array, so that an offset is not forgotten. */
  private static final int START = 5;

  @Test
  void aRegularCounterOfOneRateTakesItsHeaderOnly() {
    long[] timesMs = {1_000, 16_000, 31_000, 46_000};
    double[] values = {10, 107, 204, 301};

    assertThat(PackedFloats.pack(timesMs, values, 4, new long[ROOM])).isEqualTo(4);
    assertComesBack(timesMs, values, 4);
  }

  @Test
  void aSingleSampleComesBack() {
    assertComesBack(new long[] {-7}, new double[] {0x1p53}, 1);
  }

  @Test
  void theWidestIncreasesComeBack() {
    assertComesBack(
        new long[] {0, 1, Integer.MAX_VALUE}, new double[] {-0x1p53, 0x1p53, -0x1p53}, 3);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0.5,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0x1p53 + 2,
        Double.MIN_VALUE
      })
  void whatIsNoExactWholeNumberIsNotPacked(double value) {
    long[] into = new long[ROOM];

    assertThat(PackedFloats.pack(new long[] {1, 2, 3}, new double[] {1, value, 3}, 3, into))
        .isZero();
  }

  @Test
  void withoutRoomNothingIsPacked() {
    long[] timesMs = {0, 1, 2};
    double[] values = {0, 1_000_000, 0};

    assertThat(PackedFloats.pack(timesMs, values, 3, new long[3])).isZero();
    assertThat(PackedFloats.pack(timesMs, values, 3, new long[4])).isZero();
    assertThat(PackedFloats.pack(timesMs, values, 3, new long[5])).isEqualTo(5);
  }

  @Test
  void anyWholeNumbersComeBackBitForBit() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 3_000; round++) {
      int count = random.nextInt(1, 241);
      long[] timesMs = new long[count];
      double[] values = new double[count];
      int jitterBits = random.nextInt(0, 31);
      int valueBits = random.nextInt(0, 53);
      long time = random.nextLong(-1L << 40, 1L << 42);
      for (int i = 0; i < count; i++) {
        time += 1 + (random.nextInt() >>> (32 - jitterBits) & (1 << jitterBits) - 1);
        timesMs[i] = time;
        values[i] = random.nextLong(-1L << valueBits, 1L << valueBits);
      }

      assertThat(PackedFloats.pack(timesMs, values, count, new long[ROOM]))
          .as("seed=%d, round %d", seed, round)
          .isPositive();
      assertComesBack(timesMs, values, random.nextInt(1, count + 1));
    }
  }

  private static void assertComesBack(long[] timesMs, double[] values, int seen) {
    long[] packed = new long[ROOM];
    int words = PackedFloats.pack(timesMs, values, timesMs.length, packed);
    long[] slab = new long[START + words];
    System.arraycopy(packed, 0, slab, START, words);
    SampleBatch samples = new SampleBatch();

    PackedFloats.unpack(slab, START, timesMs.length, seen, samples);

    assertThat(samples.count()).isEqualTo(seen);
    assertThat(Arrays.copyOf(samples.timestampsMs(), seen)).isEqualTo(Arrays.copyOf(timesMs, seen));
    assertThat(bits(samples.values(), seen)).isEqualTo(bits(values, seen));
  }

  private static long[] bits(double[] values, int count) {
    return Arrays.stream(values, 0, count).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}

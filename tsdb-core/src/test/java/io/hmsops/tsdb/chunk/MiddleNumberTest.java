package io.hmsops.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The number in the middle is the one that sorting puts there. */
final class MiddleNumberTest {
  @Test
  void isWhatSortingFinds() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      int bits = 1 + random.nextInt(64);
      long base = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(1000);
      int outliers = random.nextInt(3);
      long[] numbers = new long[1 + random.nextInt(600)];
      for (int i = 0; i < numbers.length; i++) {
        boolean outlier = random.nextInt(100) < outliers;
        numbers[i] = outlier ? random.nextLong() : base + (random.nextLong() >> (64 - bits));
      }
      int from = random.nextInt(numbers.length);
      long[] sorted = Arrays.copyOfRange(numbers, from, numbers.length);
      Arrays.sort(sorted);

      assertThat(MiddleNumber.of(numbers, from, numbers.length))
          .as("seed=%d round=%d", seed, round)
          .isEqualTo(sorted[sorted.length / 2]);
    }
  }

  @Test
  void isZeroAmongNone() {
    assertThat(MiddleNumber.of(new long[] {5}, 1, 1)).isZero();
  }
}

package io.hmsops.query.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.function.KahanSum;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KahanColumnTest {
  private static final int STEPS = 137;
  private static final double[] HARD = {
    0.0,
    -0.0,
    1e308,
    -1e308,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    1e100,
    -1e100,
    1,
    0x1p53,
    0x1p-60
  };

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void eachStepIsTheSumOfItsNumbers(int hardOfHundred) {
    long seed = Long.getLong("seed", 42);
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      KahanColumn column = new KahanColumn(STEPS);
      KahanSum[] sums = new KahanSum[STEPS];
      for (int member = 0; member < 20; member++) {
        Column values = Column.unnamed(STEPS);
        for (int step = 0; step < STEPS; step++) {
          if (round % 2 == 0 || random.nextInt(3) > 0) {
            double value = value(random, hardOfHundred);
            values.set(step, value);
            sums[step] = sums[step] == null ? new KahanSum() : sums[step];
            sums[step].add(value);
          }
        }
        column.add(values);
      }
      for (int step = 0; step < STEPS; step++) {
        assertThat(column.has(step)).isEqualTo(sums[step] != null);
        if (sums[step] != null) {
          assertThat(Double.doubleToLongBits(column.value(step)))
              .as("seed=%d, round %d, step %d: %s", seed, round, step, column.value(step))
              .isEqualTo(Double.doubleToLongBits(sums[step].value()));
        }
      }
    }
  }

  private static double value(Random random, int hardOfHundred) {
    if (random.nextInt(100) < hardOfHundred) {
      return HARD[random.nextInt(HARD.length)];
    }
    double magnitude = Math.pow(10, random.nextInt(40) - 20);
    return random.nextBoolean() ? random.nextGaussian() * magnitude : random.nextInt(1000);
  }
}

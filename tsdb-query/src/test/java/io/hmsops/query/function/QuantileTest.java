package io.hmsops.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Selecting two ranks gives the bits that sorting everything gives. */
class QuantileTest {
  private static final double[] HARD = {
    0.0,
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE
  };

  /** How the numbers lie. */
  enum Shape {
    RANDOM,
    FEW_VALUES,
    ASCENDING,
    DESCENDING,
    ORGAN_PIPE,
    HARD_VALUES
  }

  @ParameterizedTest
  @EnumSource
  void selectingGivesTheBitsOfSorting(Shape shape) {
    long seed = Long.getLong("seed", 42);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 400; round++) {
      double[] values = new double[random.nextInt(1, 2_000)];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(shape, random, i, values.length);
      }
      double q = round % 10 == 0 ? round % 20 / 10.0 : random.nextDouble();
      double expected = bySorting(q, values.clone());

      assertThat(Double.doubleToLongBits(Quantile.of(q, values.clone(), values.length)))
          .as("seed=%d, %s, round %d, %s", seed, shape, round, q)
          .isEqualTo(Double.doubleToLongBits(expected));
    }
  }

  private static double value(Shape shape, SplittableRandom random, int index, int length) {
    return switch (shape) {
      case RANDOM -> random.nextDouble();
      case FEW_VALUES -> random.nextInt(3);
      case ASCENDING -> index;
      case DESCENDING -> length - index;
      case ORGAN_PIPE -> Math.min(index, length - index);
      case HARD_VALUES ->
          random.nextInt(3) > 0 ? HARD[random.nextInt(HARD.length)] : random.nextDouble(-1, 1);
    };
  }

  private static double bySorting(double q, double[] values) {
    Arrays.sort(values);
    int numbers = values.length;
    while (numbers > 0 && Double.isNaN(values[numbers - 1])) {
      numbers--;
    }
    double[] nanFirst = new double[values.length];
    Arrays.fill(nanFirst, Double.NaN);
    System.arraycopy(values, 0, nanFirst, values.length - numbers, numbers);
    double rank = q * (values.length - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(values.length - 1, lower + 1);
    double weight = rank - Math.floor(rank);
    return nanFirst[lower] * (1 - weight) + nanFirst[upper] * weight;
  }
}

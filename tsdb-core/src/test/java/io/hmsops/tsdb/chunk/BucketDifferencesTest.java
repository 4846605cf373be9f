package io.hmsops.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.testing.Seeds;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is taken from a base comes back bit for bit, or is not taken. */
final class BucketDifferencesTest {
  private static final double[] HARD_VALUES = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    StaleMarker.VALUE,
    Double.longBitsToDouble(0x7ff0_0000_0000_0001L),
    Double.longBitsToDouble(0xfff8_0000_0000_0000L),
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    0x1p52 - 1,
    0x1p52,
    0x1p52 + 1,
    -0x1p52,
    -0x1p52 - 1,
    0x1p53,
    -0x1p53,
    0x1p53 + 2,
    0x1p62,
    0x1p63,
  };

  private static BucketDifferences.Outcome check(String context, double[] values, double[] base) {
    double[] differences = new double[values.length];
    BucketDifferences.Outcome outcome =
        BucketDifferences.of(values, base, values.length, differences);
    if (outcome != BucketDifferences.Outcome.NONE) {
      boolean whole = outcome == BucketDifferences.Outcome.WHOLE;
      BucketDifferences.undo(base, differences, values.length, whole);
      for (int i = 0; i < values.length; i++) {
        assertThat(Double.doubleToRawLongBits(differences[i]))
            .as("%s: %s of %s", context, values[i], base[i])
            .isEqualTo(Double.doubleToRawLongBits(values[i]));
      }
    }
    return outcome;
  }

  /** 17 values, of which one may be strange. */
  private static double[] column(int first, double strange, int place) {
    double[] column = new double[17];
    Arrays.setAll(column, i -> first + 3.0 * i);
    column[place] = strange;
    return column;
  }

  @Test
  void everyPairOfHardValuesComesBackOrIsLeft() {
    int taken = 0;
    for (double value : HARD_VALUES) {
      for (double base : HARD_VALUES) {
        String context = "%s of %s".formatted(value, base);
        boolean kept =
            check(context, column(100, value, 5), column(40, base, 5))
                != BucketDifferences.Outcome.NONE;
        taken += kept ? 1 : 0;
      }
    }
    assertThat(taken).isGreaterThan(HARD_VALUES.length * HARD_VALUES.length / 2);
  }

  @Test
  void markersAtTheSamePlacesLeaveTheDifferencesAsTheyWere() {
    double[] values = column(100, StaleMarker.VALUE, 16);
    double[] differences = new double[17];
    BucketDifferences.Outcome outcome =
        BucketDifferences.of(values, column(40, StaleMarker.VALUE, 16), 17, differences);
    assertThat(outcome).isEqualTo(BucketDifferences.Outcome.MIXED);
    assertThat(differences).containsOnly(60);
  }

  @Test
  void anyColumnsComeBackOrAreLeft() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Set<BucketDifferences.Outcome> outcomes = EnumSet.noneOf(BucketDifferences.Outcome.class);
    for (int round = 0; round < 3000; round++) {
      int strange = random.nextInt(40);
      double[] values = random(random, strange);
      double[] base = random(random, strange);
      outcomes.add(check("seed=" + seed, values, base));
    }
    assertThat(outcomes)
        .as("seed=%d", seed)
        .isEqualTo(EnumSet.allOf(BucketDifferences.Outcome.class));
  }

  private static double[] random(Random random, int strange) {
    double[] column = new double[64];
    double count = random.nextInt(1000);
    for (int i = 0; i < column.length; i++) {
      count = random.nextInt(50) == 0 ? 0 : count + random.nextInt(9);
      column[i] =
          random.nextInt(strange * strange + 1) == 1
              ? HARD_VALUES[random.nextInt(HARD_VALUES.length)]
              : count;
    }
    return column;
  }
}

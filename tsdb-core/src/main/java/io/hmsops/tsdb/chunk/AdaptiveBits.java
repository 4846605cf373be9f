package io.hmsops.tsdb.chunk;

import java.util.Arrays;

/**
 * How likely a bit is one, for each of a number of contexts; learns from every bit. The mean of two
 * learners, one quick and one steady, is taken. Encoder and decoder go through the same states.
 */
final class AdaptiveBits {
  static final int PRECISION_BITS = 16;

  private static final int QUICK = 4;
  private static final int STEADY = 7;

  /** No bit is taken for certain, so that every bit can be coded. */
  private static final int LEAST = 32;

  private static final int MOST = (1 << PRECISION_BITS) - 1 - LEAST;

  private final char[] quick;
  private final char[] steady;

  AdaptiveBits(int contexts) {
    quick = new char[contexts];
    steady = new char[contexts];
    Arrays.fill(quick, (char) (1 << (PRECISION_BITS - 1)));
    Arrays.fill(steady, (char) (1 << (PRECISION_BITS - 1)));
  }

  int chanceOfOne(int context) {
    return (quick[context] + steady[context]) >>> 1;
  }

  void learn(int context, int bit) {
    int q = quick[context];
    int s = steady[context];
    if (bit != 0) {
      q += (MOST - q) >> QUICK;
      s += (MOST - s) >> STEADY;
    } else {
      q -= (q - LEAST) >> QUICK;
      s -= (s - LEAST) >> STEADY;
    }
    quick[context] = (char) q;
    steady[context] = (char) s;
  }
}

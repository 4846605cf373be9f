package io.hmsops.tsdb.testing;

import java.util.List;
import java.util.Random;

/** Counts of classic histograms' buckets, cumulative over {@link #BOUNDS} and over time. */
public final class Buckets {
  /** Values of {@code le}, ascending. */
  public static final List<String> BOUNDS =
      List.of(
          "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf");

  private Buckets() {}

  /**
   * {@return counts by bucket and scrape}
   *
   * @param random where observations come from
   * @param rate observations in a bucket and scrape, at most, in the middle; fewer outwards
   * @param scrapes how many scrapes
   */
  public static double[][] of(Random random, int rate, int scrapes) {
    double[][] counts = new double[BOUNDS.size()][scrapes];
    double[] sums = new double[BOUNDS.size()];
    for (int scrape = 0; scrape < scrapes; scrape++) {
      double observed = 0;
      for (int bucket = 0; bucket < sums.length; bucket++) {
        observed += random.nextInt(1 + (rate >> Math.abs(bucket - 5)));
        sums[bucket] += observed;
        counts[bucket][scrape] = sums[bucket];
      }
    }
    return counts;
  }
}

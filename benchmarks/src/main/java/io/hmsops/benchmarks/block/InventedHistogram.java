package io.hmsops.benchmarks.block;

import java.util.Random;

/**
 * A classic histogram of latencies that nobody measured: log-normal, a Poisson number of
 * observations in each bucket and scrape, in waves. The same for a number and a rate, always.
 *
 * @param counts the cumulative counts by bucket, the lowest first, and scrape
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
public record InventedHistogram(double[][] counts) {
  private static final String[] BOUND_TEXTS = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"
  };

  /** How many buckets there are. */
  public static final int BUCKETS = 12;

  private static final double NORMAL_FROM = 50;

  /**
   * {@return the label value of a bucket}
   *
   * @param bucket from 0, the lowest
   */
  public static String bound(int bucket) {
    return BOUND_TEXTS[bucket];
  }

  /**
   * {@return a histogram}
   *
   * @param number which one
   * @param rate observations in a scrape, about
   * @param scrapes how many scrapes
   */
  public static InventedHistogram of(int number, double rate, int scrapes) {
    Random random = new Random(31L * number + (long) (10 * rate));
    double median = 0.01 * (1 << random.nextInt(6));
    double spread = 0.6 + random.nextDouble();
    double[] shares = shares(median, spread);
    double[][] counts = new double[BUCKETS][scrapes];
    double[] sums = new double[BUCKETS];
    for (int scrape = 0; scrape < scrapes; scrape++) {
      double wave = 1 + 0.5 * Math.sin(scrape / 200.0);
      double observed = 0;
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        observed += poisson(random, rate * wave * shares[bucket]);
        sums[bucket] += observed;
        counts[bucket][scrape] = sums[bucket];
      }
    }
    return new InventedHistogram(counts);
  }

  /** {@return the share of observations between each bound and the one below, by a large sample} */
  private static double[] shares(double median, double spread) {
    int many = 20_000;
    Random random = new Random(7);
    double[] shares = new double[BUCKETS];
    for (int i = 0; i < many; i++) {
      double seconds = median * Math.exp(spread * random.nextGaussian());
      int bucket = 0;
      while (bucket < BUCKETS - 1 && seconds > Double.parseDouble(BOUND_TEXTS[bucket])) {
        bucket++;
      }
      shares[bucket] += 1.0 / many;
    }
    return shares;
  }

  private static int poisson(Random random, double mean) {
    if (mean > NORMAL_FROM) {
      return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    int number = 0;
    while (product > limit) {
      number++;
      product *= random.nextDouble();
    }
    return number;
  }
}

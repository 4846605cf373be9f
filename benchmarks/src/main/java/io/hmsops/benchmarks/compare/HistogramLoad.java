package io.hmsops.benchmarks.compare;

/**
 * {@code bench_latency_seconds_bucket}: classic histograms of ten buckets, scraped every 15 s.
 *
 * @param series how many, ten to a histogram
 * @param scrapes how many samples each has
 * @param startMs the first sample's time, in milliseconds since the Unix epoch
 */
record HistogramLoad(int series, int scrapes, long startMs) implements Load {
  private static final String[] BOUNDS = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf"
  };

  @Override
  public String description() {
    return "histogram, %,d series x %,d samples".formatted(series, scrapes);
  }

  @Override
  public String[] labels(int i) {
    int histogram = i / BOUNDS.length;
    return new String[] {
      "__name__",
      "bench_latency_seconds_bucket",
      "instance",
      CounterLoad.instance(histogram / CounterLoad.JOBS),
      "job",
      CounterLoad.job(histogram),
      "le",
      BOUNDS[i % BOUNDS.length]
    };
  }

  @Override
  public long timestampMs(int i, int scrape) {
    return startMs + (long) scrape * CounterLoad.SCRAPE_MS;
  }

  @Override
  public double value(int i, int scrape) {
    long sum = 0;
    for (int bucket = i - i % BOUNDS.length; bucket <= i; bucket++) {
      sum += Mix.counter(Mix.rate(bucket) / 8 + 1, bucket, scrape);
    }
    return sum;
  }
}

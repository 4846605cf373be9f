package io.hmsops.benchmarks.compare;

/**
 * {@code bench_requests_total}: integer counters of different rates, scraped every 15 s.
 *
 * @param series how many
 * @param scrapes how many samples each has
 * @param startMs the first sample's time, in milliseconds since the Unix epoch
 */
record CounterLoad(int series, int scrapes, long startMs) implements Load {
  static final int SCRAPE_MS = 15_000;
  static final int JOBS = 50;
  private static final String[] CODES = {"200", "404", "500", "503"};
  private static final int INSTANCE_SIZE = 2_000;

  @Override
  public String description() {
    return "counter, %,d series x %,d samples".formatted(series, scrapes);
  }

  @Override
  public String[] labels(int i) {
    return new String[] {
      "__name__",
      "bench_requests_total",
      "code",
      CODES[i / JOBS % 4],
      "handler",
      "/api/v1/resource" + i / (4 * JOBS) % 10,
      "instance",
      instance(i / INSTANCE_SIZE),
      "job",
      job(i),
      "series",
      Integer.toString(i)
    };
  }

  @Override
  public long timestampMs(int i, int scrape) {
    return startMs + (long) scrape * SCRAPE_MS;
  }

  @Override
  public double value(int i, int scrape) {
    return Mix.counter(Mix.rate(i), i, scrape);
  }

  static String job(int i) {
    return "svc-%02d".formatted(i % JOBS);
  }

  static String instance(int number) {
    return "10.%d.%d.%d:9100".formatted(number >> 16, number >> 8 & 255, number & 255);
  }
}

package io.hmsops.benchmarks.query;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;

/**
 * Counters and classic histograms as a fleet of services has them: 50 jobs, 10 handlers, 4 status
 * codes, a sample each 15 s. All values are whole numbers that grow at rates of their own.
 */
final class QueryData {
  static final long START_MS = 1_700_000_000_000L;
  static final int SCRAPE_MS = 15_000;

  private static final int JOBS = 50;
  private static final int BATCH = 10_000;
  private static final String[] CODES = {"200", "404", "500", "503"};
  private static final String[] BOUNDS = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "5", "+Inf"
  };

  private QueryData() {}

  /** The time of the last of so many samples. */
  static long endMs(int samples) {
    return START_MS + (samples - 1L) * SCRAPE_MS;
  }

  /** Fills a store with so many counters and as many bucket series. */
  static void fill(SampleStore store, int series, int samples) throws TsdbException {
    Appender appender = store.appender();
    long[] refs = new long[2 * series];
    for (int i = 0; i < series; i++) {
      refs[i] = appender.series(counter(i));
      refs[series + i] = appender.series(bucket(i));
    }
    for (int scrape = 0; scrape < samples; scrape++) {
      long timeMs = START_MS + (long) scrape * SCRAPE_MS;
      for (int i = 0; i < refs.length; i++) {
        appender.add(refs[i], timeMs, i < series ? count(i, scrape) : bucketCount(i, scrape));
        if (appender.size() == BATCH) {
          appender.commit();
        }
      }
      appender.commit();
    }
  }

  private static Labels counter(int i) {
    return Labels.of(
        "__name__",
        "bench_requests_total",
        "job",
        "svc-%02d".formatted(i % JOBS),
        "instance",
        instance(i),
        "handler",
        "/api/v1/resource" + i / JOBS % 10,
        "code",
        CODES[i / 7 % CODES.length],
        "series",
        Integer.toString(i));
  }

  private static Labels bucket(int i) {
    int histogram = i / BOUNDS.length;
    return Labels.of(
        "__name__",
        "bench_latency_seconds_bucket",
        "job",
        "svc-%02d".formatted(histogram % JOBS),
        "instance",
        instance(histogram),
        "le",
        BOUNDS[i % BOUNDS.length]);
  }

  private static String instance(int i) {
    return "10.0.%d.%d:9100".formatted(i / JOBS % 200, i / 10_000 % 250)
        + (i % JOBS == 0 ? "" : "-" + i % JOBS);
  }

  private static double count(int i, int scrape) {
    return 1_000 + (double) scrape * (i % 97) + (i & 7) * (scrape % 3 & 1);
  }

  /** Cumulative over the bounds of one histogram. */
  private static double bucketCount(int i, int scrape) {
    int bound = i % BOUNDS.length;
    int histogram = i / BOUNDS.length;
    return (double) scrape * (bound + 1) * (1 + histogram % 13) + bound * (scrape & 1);
  }
}

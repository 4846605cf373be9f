package io.hmsops.benchmarks.compaction;

import io.hmsops.benchmarks.block.InventedHistogram;
import io.hmsops.benchmarks.chunk.RecordedColumn;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A series of the load, scraped every 15 s.
 *
 * @param labels its labels
 * @param source gives its samples
 */
record SourceSeries(Labels labels, Source source) {
  static final int SCRAPE_MS = 15_000;

  /** A multiple of all block ranges, so that windows begin with the load. */
  static final long START_MS = 1_700_006_400_000L;

  private static final int JITTER_MS = 3;
  private static final int CORPUS_SCRAPES = 2400;

  /** Of twelve hours. */
  private static final int HISTOGRAM_SCRAPES = 2880;

  private static final Pattern PAIR = Pattern.compile("([A-Za-z_]\\w*)=\"([^\"]*)\"");

  /** Gives samples by the number of the scrape. */
  interface Source {
    /** Fills both arrays from index 0 with the samples of some scrapes. */
    void fill(int from, int to, long[] timestampsMs, double[] values);
  }

  /** {@return recorded data as if scraped every 15 s for ten hours, by so many instances} */
  static List<SourceSeries> corpus(int instances) throws IOException {
    List<RecordedColumn> columns = RecordedColumn.readAll();
    List<SourceSeries> all = new ArrayList<>();
    Random random = new Random(11);
    for (int instance = 0; instance < instances; instance++) {
      // All series of a target are scraped at once, so they share the jitter of the scrape.
      int[] jitter = random.ints(CORPUS_SCRAPES, -JITTER_MS, JITTER_MS + 1).toArray();
      long firstMs = START_MS + JITTER_MS + 1000L * instance;
      for (RecordedColumn column : columns) {
        all.add(
            new SourceSeries(
                labels(column, instance),
                (from, to, timestampsMs, values) -> {
                  for (int i = from; i < to; i++) {
                    timestampsMs[i - from] = firstMs + (long) i * SCRAPE_MS + jitter[i];
                    values[i - from] = column.values()[Math.min(i, column.values().length - 1)];
                  }
                }));
      }
    }
    all.sort(Comparator.comparing(SourceSeries::labels));
    return all;
  }

  private static Labels labels(RecordedColumn column, int instance) {
    // {name="value", …} without escapes in this file.
    Labels.Builder builder = new Labels.Builder();
    Matcher pairs = PAIR.matcher(column.labels());
    while (pairs.find()) {
      builder.add(pairs.group(1), pairs.group(2));
    }
    Labels labels = builder.build();
    return labels.with("instance", labels.get("instance") + "-" + instance);
  }

  /**
   * {@return buckets of invented histograms, scraped every 15 s}
   *
   * @param histograms how many
   * @param boundName the label of the bounds; only those in {@code le} are de-cumulated
   */
  static List<SourceSeries> buckets(int histograms, String boundName) {
    List<SourceSeries> all = new ArrayList<>();
    for (int i = 0; i < histograms; i++) {
      double[][] counts = InventedHistogram.of(i, Math.pow(10, i % 4), HISTOGRAM_SCRAPES).counts();
      for (int bucket = 0; bucket < InventedHistogram.BUCKETS; bucket++) {
        double[] column = counts[bucket];
        all.add(
            new SourceSeries(
                Labels.of(
                    "__name__",
                    "request_seconds_bucket",
                    "job",
                    "svc-" + i % 7,
                    boundName,
                    InventedHistogram.bound(bucket),
                    "path",
                    "/" + i),
                (from, to, timestampsMs, values) -> {
                  for (int scrape = from; scrape < to; scrape++) {
                    timestampsMs[scrape - from] = START_MS + (long) scrape * SCRAPE_MS;
                    values[scrape - from] = column[scrape];
                  }
                }));
      }
    }
    all.sort(Comparator.comparing(SourceSeries::labels));
    return all;
  }

  /** {@return counters of different rates, which grow by a different number in each scrape} */
  static List<SourceSeries> counters(int series) {
    List<SourceSeries> all = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      int number = i;
      Labels labels =
          Labels.of(
              "__name__",
              "bench_requests_total",
              "code",
              new String[] {"200", "404", "500", "503"}[i % 4],
              "handler",
              "/api/v1/resource" + i % 10,
              "instance",
              "10.0.%d.%d:9100".formatted(i / 50 % 200, i / 10_000 % 250),
              "job",
              "svc-%02d".formatted(i % 50),
              "series",
              Integer.toString(i));
      all.add(
          new SourceSeries(
              labels,
              (from, to, timestampsMs, values) -> {
                Random random = new Random(number);
                int rate = 1 + random.nextInt(1000);
                double value = 0;
                for (int scrape = 0; scrape < to; scrape++) {
                  value += random.nextInt(rate);
                  if (scrape >= from) {
                    timestampsMs[scrape - from] = START_MS + (long) scrape * SCRAPE_MS;
                    values[scrape - from] = value;
                  }
                }
              }));
    }
    all.sort(Comparator.comparing(SourceSeries::labels));
    return all;
  }
}
